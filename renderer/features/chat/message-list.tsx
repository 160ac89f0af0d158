import { ArrowDown } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import type { ChatProgress, Message } from '../../../shared/domain/chats.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { AnswerMessage } from './answer-message.tsx'
import { type ChatState, runningAnswer } from './chat-state.ts'
import { useFollowing } from './use-following.ts'
import { UserMessage } from './user-message.tsx'

export interface MessageListProps {
  messages: readonly Message[]
  progress: Readonly<Record<string, ChatProgress>>
  thinking: ChatState['thinking']
  onRegenerate: () => void
}

const COMPONENTS = { Header: () => <div className="h-7" />, Footer: () => <div className="h-10" /> }

/** The conversation. It follows an answer that is being written until the person scrolls up. */
export function MessageList({ messages, progress, thinking, onRegenerate }: MessageListProps) {
  const { t } = useTranslation('chat')
  // While the last row grows the list would never finish its first scroll; then following alone brings the end in sight.
  const [startAtEnd] = useState(() => runningAnswer(messages) === null)
  const { setScroller, onHeightChange, atEnd, goToEnd } = useFollowing()

  const questions = useMemo(() => messages.filter((message) => message.role === 'user').length, [messages])
  const asked = useRef(questions)
  useEffect(() => {
    // Who asks wants to see the answer, wherever they had scrolled to.
    if (questions > asked.current) goToEnd()
    asked.current = questions
  }, [questions, goToEnd])

  return (
    <div className="relative min-h-0 grow">
      <Virtuoso
        tabIndex={-1}
        scrollerRef={(element) => setScroller(element instanceof HTMLElement ? element : null)}
        className="scrollbar-balanced h-full"
        data={messages}
        components={COMPONENTS}
        increaseViewportBy={{ top: 800, bottom: 800 }}
        {...(startAtEnd && { initialTopMostItemIndex: { index: 'LAST', align: 'end' } as const })}
        totalListHeightChanged={onHeightChange}
        computeItemKey={(_, message) => message.id}
        itemContent={(index, message) => (
          <div className="mx-auto w-full max-w-chat px-5 pb-6">
            {message.role === 'user' ? (
              <UserMessage message={message} />
            ) : (
              <AnswerMessage
                message={message}
                progress={progress[message.id]}
                thinking={thinking[message.id]}
                last={index === messages.length - 1}
                onRegenerate={index === messages.length - 1 ? onRegenerate : undefined}
              />
            )}
          </div>
        )}
      />
      {!atEnd && (
        <IconButton
          icon={ArrowDown}
          label={t('actions.toEnd')}
          className="absolute bottom-8 left-1/2 z-10 -translate-x-1/2 animate-appear rounded-full border border-line bg-raised shadow-popup hover:bg-tint"
          onClick={goToEnd}
        />
      )}
    </div>
  )
}
