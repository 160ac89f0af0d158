import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { ConfirmHost } from '../components/ui/confirm.tsx'
import { Toaster } from '../components/ui/toast.tsx'
import { useConnection } from '../lib/rpc.ts'
import { EnterPage } from './connection/enter-page.tsx'
import { FailedPage } from './connection/failed-page.tsx'
import { LostPage } from './connection/lost-page.tsx'
import { StartingPage } from './connection/starting-page.tsx'
import { Shell } from './shell/shell.tsx'

const TOOLTIP_DELAY_MS = 500

/** The whole window. */
export function App() {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={TOOLTIP_DELAY_MS}>
        <Content />
        <ConfirmHost />
        <Toaster />
      </Tooltip.Provider>
    </CSPProvider>
  )
}

function Content() {
  const { state, everOpen, error } = useConnection()
  if (state === 'refused') return <EnterPage />
  if (state === 'failed' && error !== null) return <FailedPage error={error} />
  // A short break keeps the page, with a banner; one that never connected has no page to keep.
  if (everOpen) return <Shell />
  return state === 'lost' ? <LostPage /> : <StartingPage />
}
