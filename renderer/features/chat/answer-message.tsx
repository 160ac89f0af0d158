import { lazy, memo, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatProgress, Message } from '../../../shared/domain/chats.ts'
import { useFormat } from '../../lib/format.ts'
import { AnswerError } from './answer-error.tsx'
import { AnswerFoot } from './answer-foot.tsx'
import { AnswerProgress } from './answer-progress.tsx'

const Markdown = lazy(async () => ({ default: (await import('../../components/markdown/markdown.tsx')).Markdown }))

export interface AnswerMessageProps {
  message: Message
  progress: ChatProgress | undefined
  last: boolean
  /** Present where the answer can be written again. */
  onRegenerate: (() => void) | undefined
}

/** An answer of a model, in whatever state it is. */
export const AnswerMessage = memo(function AnswerMessage({
  message,
  progress,
  last,
  onRegenerate,
}: AnswerMessageProps) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const streaming = message.status === 'streaming'
  return (
    <article
      aria-label={t('answer.caption')}
      aria-busy={streaming || undefined}
      data-decode-tps={message.timings?.decodeTps ?? undefined}
      className="group flex flex-col gap-2"
    >
      {message.droppedMessages > 0 && (
        <p className="text-xs text-ink-3">
          {t('answer.dropped', { count: message.droppedMessages, formatted: format.number(message.droppedMessages) })}
        </p>
      )}
      {message.content !== '' && (
        <Suspense fallback={<div className="text-lg leading-prose whitespace-pre-wrap">{message.content}</div>}>
          <Markdown text={message.content} growing={streaming} />
        </Suspense>
      )}
      {message.content === '' && streaming && <AnswerProgress progress={progress} model={message.model ?? ''} />}
      {message.content === '' && message.status === 'complete' && <p className="text-ink-3">{t('answer.nothing')}</p>}
      {message.status === 'failed' && message.error !== null && (
        <AnswerError error={message.error} onRetry={onRegenerate} />
      )}
      {streaming ? (
        <div className="h-8" />
      ) : (
        <AnswerFoot
          message={message}
          last={last}
          onRegenerate={message.status === 'failed' ? undefined : onRegenerate}
        />
      )}
    </article>
  )
})
