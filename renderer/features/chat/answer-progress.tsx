import { useTranslation } from 'react-i18next'
import type { ChatProgress } from '../../../shared/domain/chats.ts'
import { ProgressBar } from '../../components/ui/progress-bar.tsx'
import { Spinner } from '../../components/ui/spinner.tsx'
import { useFormat } from '../../lib/format.ts'

/** What happens before the first token of an answer. */
export function AnswerProgress({ progress, model }: { progress: ChatProgress | undefined; model: string }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const [text, share] = words()
  return (
    <div className="flex max-w-popup animate-after-200 flex-col gap-2.5 py-1 text-sm text-ink-2">
      <p className="tabular flex items-center gap-2">
        <Spinner />
        {text}
      </p>
      {share !== null && <ProgressBar value={share} label={text} />}
    </div>
  )

  function words(): [text: string, share: number | null] {
    switch (progress?.phase) {
      case 'queued':
        return progress.position <= 0
          ? [t('answer.queuedNext'), null]
          : [t('answer.queued', { count: progress.position, formatted: format.number(progress.position) }), null]
      case 'loading':
        return [t('answer.loading', { model }), progress.progress]
      case 'prefill':
        return [
          t('answer.reading', { done: format.number(progress.done), total: format.number(progress.total) }),
          progress.total > 0 ? progress.done / progress.total : 0,
        ]
      default:
        return [t('answer.thinking'), null]
    }
  }
}
