import { useEffect, useState } from 'react'
import { create, type StoreApi, type UseBoundStore } from 'zustand'
import { createBatch } from '../../../shared/batch.ts'
import type { ChatEvent } from '../../../shared/domain/chats.ts'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { follow } from '../../lib/follow.ts'
import { onNextFrame } from './next-frame.ts'
import { applyEvents, type ChatState, EMPTY_CHAT } from './chat-state.ts'

export type OpenChat = ChatState & { error: ErrorInfo | null }
export type ChatStore = UseBoundStore<StoreApi<OpenChat>>

/** A store of one chat, fed by the core for as long as the page is open. Answers go on in the core without it. */
export function useChatStore(id: string): ChatStore {
  const [store] = useState<ChatStore>(() => create<OpenChat>()(() => ({ ...EMPTY_CHAT, error: null })))
  useEffect(() => {
    const batch = createBatch<ChatEvent>(
      (events) => store.setState((state) => ({ ...applyEvents(state, events), error: null })),
      onNextFrame,
    )
    const stop = follow<ChatEvent>({
      open: (client, signal) => client.chats.watch({ id }, { signal }),
      onValue: (event) => {
        batch.push(event)
        // The first sight of a chat need not wait for a frame.
        if (event.type === 'snapshot') batch.flush()
      },
      onError: (error) => store.setState({ error }),
    })
    return () => {
      stop()
      batch.flush()
    }
  }, [id, store])
  return store
}
