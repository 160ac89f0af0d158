import { MessageCircleX } from 'lucide-react'
import { useCallback, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../../shared/domain/errors.ts'
import { Composer } from '../../components/composer/composer.tsx'
import { useModelChoice } from '../../components/composer/use-model-choice.ts'
import { useReadAhead } from '../../components/composer/use-read-ahead.ts'
import { Button } from '../../components/ui/button.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { useCall } from '../../components/use-call.ts'
import { copyText } from '../../lib/copy.ts'
import { isDesktop } from '../../lib/desktop.ts'
import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { AnswerAnnouncer } from './answer-announcer.tsx'
import { ChatHeader } from './chat-header.tsx'
import { runningAnswer } from './chat-state.ts'
import { conversationMarkdown } from './conversation.ts'
import { MessageList } from './message-list.tsx'
import { useChatStore } from './use-chat.ts'
import { useStopKey } from './use-stop-key.ts'

/** One chat. */
export function ChatPage({ id }: { id: string }) {
  const { t } = useTranslation('chat')
  const { t: common } = useTranslation('common')
  const { chat, messages, progress, thinking, deleted, error } = useChatStore(id)()
  const choice = useModelChoice(id, chat?.model ?? null)
  const call = useCall()
  const running = runningAnswer(messages) !== null
  const model = choice.model?.name

  const title = chat?.title
  useEffect(() => {
    document.title = title === undefined || title === '' ? 'Hearth' : `${title} – Hearth`
  }, [title])

  const readAhead = useReadAhead({ id, choice, thread: messages.at(-1)?.id ?? null, busy: running })
  const intend = (): void => {
    choice.warmUp()
    readAhead()
  }

  const stop = useCallback(() => call((client) => client.chats.stop({ id })), [call, id])
  useStopKey(running, stop)

  const send = async (content: string): Promise<void> => {
    const chosen = await choice.whenKnown()
    if (chosen === null) throw new AppError({ code: 'model_not_found', message: t('composer.noModel') })
    await rpc().chats.send({ id, content, model: chosen.name })
  }
  const lastId = messages.at(-1)?.id
  const regenerate = useCallback(() => {
    if (lastId !== undefined && model !== undefined)
      call((client) => client.chats.regenerate({ id, messageId: lastId, model }))
  }, [call, id, lastId, model])

  if (deleted || error?.code === 'not_found') {
    return (
      <>
        <PageHeader title={common('chats.untitled')} />
        <div className="m-auto">
          <EmptyState
            icon={MessageCircleX}
            title={t('missing.title')}
            description={t('missing.description')}
            action={<Button onClick={() => navigate({ page: 'home' })}>{t('missing.action')}</Button>}
          />
        </div>
      </>
    )
  }
  if (chat === null) {
    return (
      <>
        <PageHeader title="" />
        {error !== null && (
          <div className="m-auto">
            <ErrorState error={error} />
          </div>
        )}
      </>
    )
  }

  const copy = (): void => {
    copyText(conversationMarkdown(chat, messages, t('export.you'))).then(
      () => toast({ title: t('copied'), tone: 'good' }),
      () => toast({ title: common('copyFailed'), tone: 'bad' }),
    )
  }

  return (
    <>
      <ChatHeader chat={chat} choice={choice} onCopy={copy} />
      {messages.length === 0 ? (
        <p className="m-auto p-6 text-sm text-ink-3">{t('empty')}</p>
      ) : (
        <MessageList messages={messages} progress={progress} thinking={thinking} onRegenerate={regenerate} />
      )}
      <AnswerAnnouncer messages={messages} />
      <div className="relative z-10 mx-auto -mt-8 w-full max-w-chat shrink-0 bg-linear-to-t from-canvas from-70% px-2 pt-4 pb-3">
        <Composer
          draftKey={id}
          placeholder={t('composer.reply')}
          answering={running}
          onSend={send}
          onStop={stop}
          onIntent={intend}
        >
          <p className="hidden pl-2 text-xs text-ink-3 sm:block">{t('composer.keys')}</p>
        </Composer>
        <p className="pt-3 text-center text-xs text-ink-3">
          {t(isDesktop() ? 'composer.foot' : 'composer.footBrowser')}
        </p>
      </div>
    </>
  )
}
