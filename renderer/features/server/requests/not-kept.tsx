import { EyeOff } from 'lucide-react'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/ui/button.tsx'
import { EmptyState } from '../../../components/ui/empty-state.tsx'
import { useChangeServer } from '../use-change.ts'
import type { Keeping } from './keep-switch.tsx'

/** Why there is nothing to look at, and what to do. `kept`: it was there a moment ago. */
export function NotKept({ keeping, kept }: { keeping: Keeping; kept: boolean }) {
  const { t } = useTranslation('server')
  const change = useChangeServer()
  const why = !keeping.local ? 'remote' : !keeping.on ? 'off' : kept ? 'gone' : 'before'
  const keep = (event: MouseEvent<HTMLElement>) => {
    // The button goes away; the keyboard stays where it was.
    event.currentTarget.closest('section')?.focus()
    change({ keepBodies: true })
  }
  return (
    <EmptyState
      icon={EyeOff}
      title={t(`notKept.${why}.title`)}
      description={t(`notKept.${why}.hint`)}
      action={why === 'off' && <Button onClick={keep}>{t('notKept.off.action')}</Button>}
    />
  )
}
