import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { useConfirm } from '../../components/ui/confirm.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo } from '../../lib/errors.ts'
import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { updateSettings } from '../../lib/state/settings.ts'
import { shownName } from './sort.ts'
import { useRemoveModel } from './use-remove-model.ts'
import { startWork } from './work.ts'

export type ModelAction =
  | 'chat'
  | 'load'
  | 'unload'
  | 'serve'
  | 'useForNewChats'
  | 'reveal'
  | 'remove'
  | 'check'
  | 'verify'
  | 'exportFile'
  | 'exportFolder'
  | 'update'

export interface ModelActions {
  /** The action that is under way. */
  busy: ModelAction | null
  /** Why the last one failed. */
  error: ErrorInfo | null
  run(action: ModelAction): void
}

/** Key of the work that compares a model's files with their hashes. */
export function verifyKey(model: Model): string {
  return `verify:${model.name}`
}

/** Key of the work that writes a model out. */
export function exportKey(model: Model): string {
  return `export:${model.name}`
}

/** What can be done with a model. Failures are kept to be shown beside it; another action clears them. */
export function useModelActions(model: Model, loaded: LoadedModel | null): ModelActions {
  const { t } = useTranslation('models')
  const confirm = useConfirm()
  const removeModel = useRemoveModel()
  const [busy, setBusy] = useState<ModelAction | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { name } = model
  const title = shownName(model)

  const exportModel = async (as: 'file' | 'folder') => {
    const target = await rpc().storage.pickExportTarget({ name, as })
    if (target === null) return
    await startWork(exportKey(model), (client, signal) => client.storage.exportModel({ name, target, as }, { signal }))
    toast({ title: t('export.done', { name: title }), description: target, tone: 'good' })
  }

  const steps: Record<ModelAction, () => Promise<void>> = {
    async chat() {
      await updateSettings({ chatModel: name })
      navigate({ page: 'home' })
    },
    load: () => rpc().engines.load({ model: name }),
    async unload() {
      const answering = loaded !== null && loaded.active > 0
      if (answering && !(await confirm(confirmUnload()))) return
      await rpc().engines.unload({ model: name })
    },
    async serve() {
      navigate({ page: 'server' })
    },
    useForNewChats: () => updateSettings({ chatModel: name }),
    reveal: () => rpc().models.reveal({ name }),
    async remove() {
      removeModel(model)
    },
    async check() {
      await rpc().models.check({ name })
    },
    async verify() {
      await startWork(verifyKey(model), (client, signal) => client.models.verify({ name }, { signal }))
    },
    exportFile: () => exportModel('file'),
    exportFolder: () => exportModel('folder'),
    async update() {
      if (model.source === null) return
      const { hub, repo, variant } = model.source
      await rpc().downloads.enqueue({ hub, repo, variant })
      toast({ title: t('update.started', { name: title }) })
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
