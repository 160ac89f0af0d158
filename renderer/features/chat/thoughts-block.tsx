import { Brain, ChevronRight } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../shared/domain/chats.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import type { Thinking } from './chat-state.ts'
import { thoughtFor } from './thoughts.ts'

/** Within this many px of the end the thoughts are followed as they grow. */
const NEAR_PX = 24

/**
 * What the model thought before it answered. Open while it thinks, folded once it answers, and as the person left it
 * from then on.
 */
export function ThoughtsBlock({ message, seen }: { message: Message; seen: Thinking | undefined }) {
  const { t } = useTranslation('chat')
  const { duration, number } = useFormat()
  const id = useId()
  const running = message.status === 'streaming' && message.content === ''
  const [chosen, setChosen] = useState<boolean | null>(null)
  const open = chosen ?? running
  const text = message.reasoning ?? ''
  const box = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  useEffect(() => {
    const element = box.current
    if (element !== null && running && following.current) element.scrollTop = element.scrollHeight
  }, [text, running, open])

  const took = thoughtFor(message, seen)
  const label = running
    ? t('thoughts.running')
    : took === null
      ? t('thoughts.title')
      : t(took.about ? 'thoughts.about' : 'thoughts.took', { time: duration(took.ms) })
  const tokens = message.usage?.reasoning ?? 0
  return (
    <div className="flex flex-col gap-2">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        className="-ml-1.5 inline-flex h-7 w-fit max-w-full items-center gap-1.5 rounded-md px-1.5 text-sm text-ink-2 transition-colors select-none hover:bg-tint hover:text-ink"
        onClick={() => setChosen(!open)}
      >
        <Brain
          aria-hidden="true"
          className={cn('size-4 shrink-0', running && 'animate-breathe text-ember')}
          strokeWidth={1.75}
        />
        <span className="tabular truncate">{label}</span>
        {!running && tokens > 0 && (
          <span className="tabular truncate text-ink-3">
            {t('thoughts.tokens', { count: tokens, formatted: number(tokens) })}
          </span>
        )}
        <ChevronRight
          aria-hidden="true"
          className={cn('size-3.5 shrink-0 transition-transform', open && 'rotate-90')}
          strokeWidth={1.75}
        />
      </button>
      {/* Focusable, because it scrolls. */}
      <div
        id={id}
        ref={box}
        role="region"
        aria-label={t('thoughts.title')}
        tabIndex={0}
        hidden={!open}
        dir="auto"
        className={cn(
          'overflow-y-auto border-s-2 border-line ps-4 text-base leading-prose wrap-anywhere whitespace-pre-wrap text-ink-2 select-text',
          running ? 'max-h-40' : 'max-h-96',
        )}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          following.current = scrollHeight - scrollTop - clientHeight < NEAR_PX
        }}
      >
        {text.trim()}
      </div>
    </div>
  )
}
