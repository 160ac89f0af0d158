import { FolderOpen, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import type { ModelActions } from './use-model-actions.ts'

export interface ModelFileActionsProps {
  model: Model
  system: SystemInfo | null
  actions: ModelActions
}

/** What can be done with a model's file and its place in the list, for those at this computer. */
export function ModelFileActions({ model, system, actions }: ModelFileActionsProps) {
  const { t } = useTranslation('models')
  const { busy, run } = actions
  if (system?.access !== 'local') return null
  return (
    <span className="flex shrink-0 items-center gap-1">
      {system.hasDesktop && model.problem?.code !== 'model_file_missing' && (
        <IconButton
          icon={FolderOpen}
          label={t('action.reveal')}
          disabled={busy === 'reveal'}
          onClick={() => run('reveal')}
        />
      )}
      {/* A model with a problem has this button in words. */}
      {model.origin === 'local' && model.problem === null && (
        <IconButton
          icon={Trash2}
          label={t('action.remove')}
          disabled={busy === 'remove'}
          onClick={() => run('remove')}
        />
      )}
    </span>
  )
}
