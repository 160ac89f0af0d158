import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { useConfirm } from '../../components/ui/confirm.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { navigate, parseRoute } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { removalOf } from './removal.ts'
import { shownName } from './sort.ts'

/** Asks, takes a model out of the library and offers to bring it back. Failures become toasts. */
export function useRemoveModel(): (model: Model) => void {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const confirm = useConfirm()
  const errorText = useErrorText()
  return useCallback(
    (model) => {
      const failed = (reason: unknown): void => {
        const { title, suggestion } = errorText(errorInfo(reason))
        toast({ title, description: suggestion, tone: 'bad' })
      }
      const restore = async (undoId: string): Promise<void> => {
        const { name } = await rpc().models.restore({ undoId })
        navigate({ page: 'models', name })
      }
      const remove = async (): Promise<void> => {
        const name = shownName(model)
        const removal = removalOf(model)
        const owned = model.files.filter((file) => file.owned)
        const agreed = await confirm({
          title: t(removal === 'forget' ? 'remove.title' : 'delete.title', { name }),
          description:
            removal === 'forget'
              ? t('remove.description', { path: model.path })
              : removal === 'unmake'
                ? t('delete.made', { from: model.made?.from ?? '' })
                : t('delete.files', {
                    count: owned.length,
                    size: bytes(owned.reduce((sum, file) => sum + file.sizeBytes, 0)),
                  }),
          action: t(removal === 'forget' ? 'remove.action' : 'delete.action'),
          danger: true,
        })
        if (!agreed) return
        const { undoId } = await rpc().models.remove({ name: model.name })
        const route = parseRoute(window.location.hash)
        if (route.page === 'models' && route.name !== undefined) navigate({ page: 'models' }, { replace: true })
        toast({
          title: t(removal === 'forget' ? 'remove.done' : 'delete.done', { name }),
          action: { label: t('remove.undo'), onClick: () => void restore(undoId).catch(failed) },
        })
      }
      remove().catch(failed)
    },
    [t, bytes, confirm, errorText],
  )
}
