import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { useConfirm } from '../../components/ui/confirm.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { updateSettings } from '../../lib/state/settings.ts'

export type ModelAction = 'chat' | 'load' | 'unload' | 'useForNewChats' | 'reveal' | 'remove'

export interface ModelActions {
  /** The action that is under way. */
  busy: ModelAction | null
  /** Why the last one failed. */
  error: ErrorInfo | null
  run(action: ModelAction): void
}

/** What can be done with a model. Failures are kept to be shown beside it; another action clears them. */
export function useModelActions(model: Model, loaded: LoadedModel | null): ModelActions {
  const { t } = useTranslation('models')
  const confirm = useConfirm()
  const errorText = useErrorText()
  const [busy, setBusy] = useState<ModelAction | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const title = model.facts.title ?? model.name

  const undoRemoval = () => {
    rpc()
      .models.add({ path: model.path })
      .then(
        (added) => navigate({ page: 'models', name: added.name }),
        (reason: unknown) => {
          const { title: message, suggestion } = errorText(errorInfo(reason))
          toast({ tone: 'bad', title: message, ...(suggestion === undefined ? {} : { description: suggestion }) })
        },
      )
  }

  const steps: Record<ModelAction, () => Promise<void>> = {
    async chat() {
      await updateSettings({ chatModel: model.name })
      navigate({ page: 'home' })
    },
    load: () => rpc().engines.load({ model: model.name }),
    async unload() {
      const answering = loaded !== null && loaded.active > 0
      if (answering && !(await confirm(confirmUnload()))) return
      await rpc().engines.unload({ model: model.name })
    },
    useForNewChats: () => updateSettings({ chatModel: model.name }),
    reveal: () => rpc().models.reveal({ name: model.name }),
    async remove() {
      const agreed = await confirm({
        title: t('remove.title', { name: title }),
        description: t('remove.description', { path: model.path }),
        action: t('remove.action'),
        danger: true,
      })
      if (!agreed) return
      await rpc().models.remove({ name: model.name })
      navigate({ page: 'models' }, { replace: true })
      toast({ title: t('remove.done', { name: title }), action: { label: t('remove.undo'), onClick: undoRemoval } })
    },
  }

  const confirmUnload = () => ({
    title: t('unload.title', { name: title }),
    description: t('unload.description'),
    action: t('unload.action'),
  })

  const perform = async (action: ModelAction) => {
    // A model that is still loading may be taken out again: that one action overtakes.
    setBusy(action)
    setError(null)
    try {
      await steps[action]()
    } catch (reason) {
      const info = errorInfo(reason)
      if (info.code !== 'cancelled') setError(info)
    } finally {
      setBusy((now) => (now === action ? null : now))
    }
  }

  return { busy, error, run: (action) => void perform(action) }
}
