import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { hasHub, lookForUpdates } from './updates.ts'

/** Asks the hubs about newer files and says what came of it. */
export function useLookForUpdates(): (models: readonly Model[]) => void {
  const { t } = useTranslation('models')
  const errorText = useErrorText()
  return (models) => {
    const asked = models.filter(hasHub)
    lookForUpdates(asked).then(
      (answers) => {
        const newer = answers.filter((answer) => answer.state === 'newer').length
        const unknown = answers.find((answer) => answer.error !== null)?.error ?? null
        if (newer > 0) toast({ title: t('update.found', { count: newer }), tone: 'good' })
        else if (unknown !== null) {
          const { title, suggestion } = errorText(unknown)
          toast({ title, description: suggestion, tone: 'warn' })
        } else toast({ title: t('update.none', { count: asked.length }), tone: 'good' })
      },
      (reason: unknown) => {
        const { title, suggestion } = errorText(errorInfo(reason))
        toast({ title, description: suggestion, tone: 'bad' })
      },
    )
  }
}
