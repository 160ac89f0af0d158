import { useTranslation } from 'react-i18next'
import { Switch } from '../../../components/ui/switch.tsx'
import { useChangeServer } from '../use-change.ts'

export interface Keeping {
  /** The setting: what is said from now on stays in memory. */
  on: boolean
  /** Only at the computer itself can it be changed and looked at. */
  local: boolean
}

/** Whether what requests say is kept, and what that means. */
export function KeepSwitch({ keeping }: { keeping: Keeping }) {
  const { t } = useTranslation('server')
  const change = useChangeServer()
  return (
    <div className="flex min-h-10 items-center gap-3 border-t border-line px-4 py-2 text-sm">
      <Switch
        label={t('keep.label')}
        checked={keeping.on}
        disabled={!keeping.local}
        onCheckedChange={(keepBodies) => change({ keepBodies })}
      />
      <p className="min-w-0 text-ink-3">
        <span className="text-ink">{t('keep.label')}</span>{' '}
        {t(keeping.local ? (keeping.on ? 'keep.on' : 'keep.off') : 'keep.remote')}
      </p>
    </div>
  )
}
