import { CircleStop, Eject, HardDriveUpload, MessageSquare, Star, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { Button } from '../../components/ui/button.tsx'
import type { ModelActions } from './use-model-actions.ts'

export interface ModelActionBarProps {
  model: Model
  loaded: LoadedModel | null
  isDefault: boolean
  system: SystemInfo | null
  actions: ModelActions
}

/** The buttons of a model's detail: only what this model can do and this caller may do. */
export function ModelActionBar({ model, loaded, isDefault, system, actions }: ModelActionBarProps) {
  const { t } = useTranslation('models')
  const { busy, run } = actions
  const usable = model.problem === null && model.facts.kind === 'chat'
  const state = loaded?.state ?? 'failed'
  const removable = model.origin === 'local' && system?.access === 'local'
  if (!usable && loaded === null && !(removable && model.problem !== null)) return null
  return (
    <div className="flex flex-wrap items-center gap-2">
      {usable && (
        <Button variant="primary" icon={MessageSquare} busy={busy === 'chat'} onClick={() => run('chat')}>
          {t('action.chat')}
        </Button>
      )}
      {usable && state === 'failed' && (
        <Button icon={HardDriveUpload} busy={busy === 'load'} onClick={() => run('load')}>
          {t('action.load')}
        </Button>
      )}
      {state === 'loading' && (
        <Button icon={CircleStop} busy={busy === 'unload'} onClick={() => run('unload')}>
          {t('action.cancelLoad')}
        </Button>
      )}
      {(state === 'ready' || state === 'unloading') && (
        <Button icon={Eject} busy={state === 'unloading' || busy === 'unload'} onClick={() => run('unload')}>
          {t('action.unload')}
        </Button>
      )}
      {usable && !isDefault && (
        <Button variant="ghost" icon={Star} busy={busy === 'useForNewChats'} onClick={() => run('useForNewChats')}>
          {t('action.useForNewChats')}
        </Button>
      )}
      {usable && isDefault && (
        <Badge tone="ember" icon={Star}>
          {t('usedForNewChats')}
        </Badge>
      )}
      {removable && model.problem !== null && (
        <Button icon={Trash2} busy={busy === 'remove'} onClick={() => run('remove')}>
          {t('action.remove')}
        </Button>
      )}
    </div>
  )
}
