import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import type { ModelDialog } from './model-menu.tsx'
import { ModelfileDialog } from './modelfile/modelfile-dialog.tsx'
import { NameDialog } from './name-dialog.tsx'
import { shownName } from './sort.ts'

export interface ModelDialogsProps {
  model: Model
  dialog: ModelDialog | null
  onClose: () => void
}

/** The dialogs that a model's menu opens. */
export function ModelDialogs({ model, dialog, onClose }: ModelDialogsProps) {
  const { t } = useTranslation('models')
  const title = shownName(model)
  switch (dialog) {
    case null:
      return null
    case 'rename':
      return (
        <NameDialog
          title={t('rename.title', { name: title })}
          description={t('rename.description')}
          action={t('rename.action')}
          initial={model.name}
          onClose={onClose}
          onName={async (to) => {
            const renamed = to === model.name ? model : await rpc().models.rename({ name: model.name, to })
            onClose()
            navigate({ page: 'models', name: renamed.name }, { replace: true })
          }}
        />
      )
    case 'duplicate':
      return (
        <NameDialog
          title={t('duplicate.title', { name: title })}
          description={t('duplicate.description')}
          action={t('duplicate.action')}
          initial={`${model.name}-${t('duplicate.suffix')}`}
          onClose={onClose}
          onName={async (to) => {
            const copy = await rpc().models.duplicate({ name: model.name, to })
            onClose()
            navigate({ page: 'models', name: copy.name })
          }}
        />
      )
    case 'modelfile':
      return <ModelfileDialog open onOpenChange={onClose} from={model} />
  }
}
