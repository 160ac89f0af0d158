import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Spinner } from '../../components/ui/spinner.tsx'
import { DownloadNotices } from '../../features/downloads/download-notices.tsx'
import { isDesktop } from '../../lib/desktop.ts'
import { useRoute } from '../../lib/router.ts'
import { useConnection } from '../../lib/rpc.ts'
import { LostPage } from '../connection/lost-page.tsx'
import { Page, prefetchPages } from '../routes.tsx'
import { Banner } from './banner.tsx'
import { DropZone } from './drop-zone.tsx'
import { Notices } from './notices.tsx'
import { useShortcuts } from './shortcuts.ts'
import { SidebarFrame } from './sidebar-frame.tsx'
import { Sidebar } from './sidebar.tsx'
import { usePreferences } from './use-preferences.ts'

const PATIENCE_MS = 5000

/** The frame of the window: sidebar, banners and the page. */
export function Shell() {
  const { t } = useTranslation('common')
  const route = useRoute()
  const lost = useConnection((connection) => connection.state !== 'open')
  const longLost = useAfter(lost, PATIENCE_MS)
  usePreferences()
  useShortcuts()
  useEffect(() => {
    // After the first page stands; a failure shows when the page is opened.
    const timer = setTimeout(() => void prefetchPages().catch(() => {}), 300)
    return () => clearTimeout(timer)
  }, [])

  if (longLost) return <LostPage />
  return (
    <div className="flex h-full">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 shadow-popup focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        onClick={(event) => {
          // The hash is the route here.
          event.preventDefault()
          document.getElementById('content')?.focus()
        }}
      >
        {t('skip')}
      </a>
      <SidebarFrame>
        <Sidebar route={route} />
      </SidebarFrame>
      <main id="content" tabIndex={-1} className="flex h-full min-w-0 grow flex-col outline-none">
        {lost && (
          <Banner tone="info">
            <span className="flex items-center gap-2">
              <Spinner /> {t(isDesktop() ? 'connection.lostApp' : 'connection.lostBrowser')}
            </span>
          </Banner>
        )}
        <Notices />
        <div className="flex min-h-0 grow flex-col">
          <Page route={route} />
        </div>
      </main>
      <DropZone />
      <DownloadNotices />
    </div>
  )
}

/** True once `condition` has held for `ms` milliseconds. */
function useAfter(condition: boolean, ms: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    if (!condition) return setPassed(false)
    const timer = setTimeout(() => setPassed(true), ms)
    return () => clearTimeout(timer)
  }, [condition, ms])
  return condition && passed
}
