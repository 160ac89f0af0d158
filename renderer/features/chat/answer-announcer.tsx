import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../shared/domain/chats.ts'

const SPOKEN_MAX = 1500

/** Reads an answer to screen readers once, when it is finished; each token would be noise. */
export function AnswerAnnouncer({ messages }: { messages: readonly Message[] }) {
  const { t } = useTranslation('chat')
  const [text, setText] = useState('')
  const last = messages.at(-1)
  const running = useRef<string | null>(null)
  useEffect(() => {
    if (last === undefined || last.role !== 'assistant') return
    if (last.status === 'streaming') {
      running.current = last.id
      return
    }
    if (running.current !== last.id) return
    running.current = null
    setText(
      last.status === 'failed'
        ? t('answer.failedAnnounced')
        : t('answer.finished', { text: last.content.slice(0, SPOKEN_MAX) }),
    )
  }, [last, t])
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  )
}
