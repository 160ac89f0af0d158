import { PanelLeft } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Composer } from '../../components/composer/composer.tsx'
import { useModelChoice } from '../../components/composer/use-model-choice.ts'
import { useReadAhead } from '../../components/composer/use-read-ahead.ts'
import { BiggerModels } from '../../components/fit/bigger-models.tsx'
import { Logo } from '../../components/logo.tsx'
import { ModelMenu } from '../../components/model-menu.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { AppError } from '../../../shared/domain/errors.ts'
import { isDesktop } from '../../lib/desktop.ts'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { isSidebarHidden, toggleSidebar, useSidebar } from '../../lib/sidebar.ts'
import { useChatList } from '../../lib/state/chats.ts'
import { updateSettings } from '../../lib/state/settings.ts'
import { Examples } from './examples.tsx'
import { HardwareLine } from './hardware-line.tsx'
import { startChat } from './start-chat.ts'

const KEY = 'new'

/** The first screen, and the one for a new chat: what this is, what it runs on, and where to ask. */
export function HomePage() {
  const { t } = useTranslation('chat')
  const { t: common } = useTranslation('common')
  const hidden = useSidebar((sidebar) => sidebar.narrow || isSidebarHidden(sidebar))
  const choice = useModelChoice(KEY, null)
  const readAhead = useReadAhead({ id: null, choice, thread: null, busy: false })
  const chats = useChatList().value
  const errorText = useErrorText()
  const [asking, setAsking] = useState(false)
  useEffect(() => {
    document.title = 'Hearth'
  }, [])

  const send = async (text: string): Promise<void> => {
    const model = await choice.whenKnown()
    if (model === null) throw new AppError({ code: 'model_not_found', message: t('composer.noModel') })
    await startChat(text, model.name)
  }
  const ask = (question: string): void => {
    setAsking(true)
    send(question)
      .catch((error: unknown) => {
        const { title, suggestion } = errorText(errorInfo(error))
        toast({ title, description: suggestion, tone: 'bad' })
      })
      .finally(() => setAsking(false))
  }
  const chooseForAll = (name: string): void => {
    choice.choose(name)
    // The choice holds for this chat even if it can't be kept as the usual one.
    updateSettings({ chatModel: name }).catch(() => {})
  }

  const starter = choice.model?.origin === 'starter'
  const first = chats !== null && chats.length === 0
  return (
    <div className="scrollbar-balanced flex min-h-0 grow flex-col overflow-y-auto">
      <div className="drag-region flex h-14 shrink-0 items-center px-5">
        {hidden && (
          <IconButton
            icon={PanelLeft}
            label={common('sidebar.show')}
            className="no-drag -ml-2"
            onClick={toggleSidebar}
          />
        )}
      </div>
      <div className="m-auto flex w-full max-w-170 flex-col gap-8 px-5 pb-14">
        <div className="flex flex-col gap-4.5">
          <div className="flex flex-col gap-3">
            <h1 className="flex items-center gap-3 text-2xl font-semibold">
              <Logo className="size-10" />
              {chats === null ? ' ' : t(first ? 'home.ready' : 'home.again')}
            </h1>
            <p className="text-base leading-prose text-ink-2">{t(isDesktop() ? 'home.intro' : 'home.introBrowser')}</p>
          </div>
          <HardwareLine />
          <Composer
            draftKey={KEY}
            placeholder={t('composer.ask')}
            answering={false}
            onSend={send}
            onIntent={() => {
              choice.warmUp()
              readAhead()
            }}
            roomy
          >
            <ModelMenu choice={choice} look="plain" onChoose={chooseForAll} />
          </Composer>
          {choice.models?.length === 0 && <p className="text-sm text-warn">{t('composer.noModel')}</p>}
        </div>
        {starter && <Examples disabled={asking} onAsk={ask} />}
        {starter && <BiggerModels />}
      </div>
    </div>
  )
}
