import { FolderOpen, RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { rpc } from '../../lib/rpc.ts'
import { updateSettings } from '../../lib/state/settings.ts'
import { useTask } from './use-task.ts'

export interface ModelsFolderProps {
  /** As the settings name it; null: the standard one. */
  folder: string | null
  /** Whether a folder can be picked here. */
  pickable: boolean
}

/** Where new models are put, and the way to put them elsewhere. */
export function ModelsFolder({ folder, pickable }: ModelsFolderProps) {
  const { t } = useTranslation('settings')
  const { busy, run } = useTask()
  const change = (next: string | null) => updateSettings({ downloads: { folder: next } })
  const pick = async () => {
    const picked = await rpc().downloads.pickFolder()
    if (picked !== null) await change(picked)
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="flex min-h-8 min-w-0 flex-1 basis-64 items-center rounded-md bg-sunken px-3">
        {folder === null ? (
          <span className="text-sm text-ink-2">{t('models.folder.standard')}</span>
        ) : (
          <code className="min-w-0 flex-1 py-1.5 font-mono text-sm wrap-anywhere select-text">{folder}</code>
        )}
      </div>
      {pickable && (
        <Button icon={FolderOpen} busy={busy} onClick={() => void run(pick)}>
          {t('models.folder.choose')}
        </Button>
      )}
      {folder !== null && (
        <Button variant="ghost" icon={RotateCcw} disabled={busy} onClick={() => void run(() => change(null))}>
          {t('models.folder.useStandard')}
        </Button>
      )}
    </div>
  )
}
