import { Scissors } from 'lucide-react'
import { lazy, memo, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatProgress, Message } from '../../../shared/domain/chats.ts'
import { useFormat } from '../../lib/format.ts'
import { AnswerError } from './answer-error.tsx'
import { AnswerFoot } from './answer-foot.tsx'
import { AnswerProgress } from './answer-progress.tsx'
import type { Thinking } from './chat-state.ts'
import { ThoughtsBlock } from './thoughts-block.tsx'

const Markdown = lazy(async () => ({ default: (await import('../../components/markdown/markdown.tsx')).Markdown }))

export interface AnswerMessageProps {
  message: Message
  progress: ChatProgress | undefined
  /** When it was seen to think. */
  thinking: Thinking | undefined
  last: boolean
  /** Present where the answer can be written again. */
  onRegenerate: (() => void) | undefined
}

/** An answer of a model, in whatever state it is. */
export const AnswerMessage = memo(function AnswerMessage({
  message,
  progress,
  thinking,
  last,
  onRegenerate,
}: AnswerMessageProps) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const streaming = message.status === 'streaming'
  const thought = (message.reasoning ?? '').trim() !== ''
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
      {thought && <ThoughtsBlock message={message} seen={thinking} />}
      {message.content !== '' && (
        <Suspense fallback={<div className="text-lg leading-prose whitespace-pre-wrap">{message.content}</div>}>
          <Markdown text={message.content} growing={streaming} />
        </Suspense>
      )}
      {message.content === '' && streaming && !thought && (
        <AnswerProgress progress={progress} model={message.model ?? ''} />
      )}
      {message.content === '' && message.status === 'complete' && (
        <p className="text-ink-3">{t(thought ? 'answer.onlyThoughts' : 'answer.nothing')}</p>
      )}
      {message.status === 'complete' && message.finishReason === 'length' && (
        <p className="flex items-start gap-2 text-sm text-ink-2">
          <Scissors aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" strokeWidth={1.75} />
          {t('answer.limit')}
        </p>
      )}
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
