import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chat } from '../../shared/domain/chats.ts'
import { errorInfo, useErrorText } from '../lib/errors.ts'
import { navigate, parseRoute } from '../lib/router.ts'
import { rpc } from '../lib/rpc.ts'
import { toast } from './ui/toast.tsx'

export interface ChatActions {
  /** Names a chat; blank names and the old name change nothing. */
  rename(chat: Chat, title: string): void
  /** Deletes a chat and offers to undo it. */
  remove(chat: Chat): void
}

/** What can be done with a chat wherever it is shown. Failures become toasts. */
export function useChatActions(): ChatActions {
  const { t } = useTranslation('common')
  const errorText = useErrorText()
  return useMemo(() => {
    const failed = (error: unknown): void => {
      const { title, suggestion } = errorText(errorInfo(error))
      toast({ title, description: suggestion, tone: 'bad' })
    }

    const remove = async (chat: Chat): Promise<void> => {
      await rpc().chats.remove({ id: chat.id })
      const route = parseRoute(window.location.hash)
      const wasOpen = route.page === 'chat' && route.id === chat.id
      if (wasOpen) navigate({ page: 'home' }, { replace: true })
      const restore = async (): Promise<void> => {
        await rpc().chats.restore({ id: chat.id })
        if (wasOpen) navigate({ page: 'chat', id: chat.id })
      }
      toast({
        title: t('chats.deleted', { title: chat.title === '' ? t('chats.untitled') : chat.title }),
        action: { label: t('actions.undo'), onClick: () => void restore().catch(failed) },
      })
    }

    return {
      rename(chat, title) {
        const name = title.trim().slice(0, 200)
        if (name === '' || name === chat.title) return
        const call = async () => rpc().chats.rename({ id: chat.id, title: name })
        call().catch(failed)
      },
      remove: (chat) => void remove(chat).catch(failed),
    }
  }, [t, errorText])
}
