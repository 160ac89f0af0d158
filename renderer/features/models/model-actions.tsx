import { CircleStop, Eject, HardDriveUpload, MessageSquare, Radio, Star, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { Button } from '../../components/ui/button.tsx'
import { removalOf } from './removal.ts'
import type { ModelActions } from './use-model-actions.ts'

export interface ModelActionBarProps {
  model: Model
  loaded: LoadedModel | null
  isDefault: boolean
  /** Whether this caller may remove it. */
  removable: boolean
  actions: ModelActions
}

/** The buttons of a model's detail: only what this model can do and this caller may do. */
export function ModelActionBar({ model, loaded, isDefault, removable, actions }: ModelActionBarProps) {
  const { t } = useTranslation('models')
  const { busy, run } = actions
  const usable = model.problem === null && model.facts.kind === 'chat'
  const state = loaded?.state ?? 'failed'
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
      {model.problem === null && (
        <Button icon={Radio} onClick={() => run('serve')}>
          {t('action.serve')}
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
        <Button icon={Trash2} onClick={() => run('remove')}>
          {t(removalOf(model) === 'forget' ? 'action.remove' : 'action.delete')}
        </Button>
      )}
    </div>
  )
}
