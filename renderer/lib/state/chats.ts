import type { Chat } from '../../../shared/domain/chats.ts'
import { createLive } from '../live.ts'

/** All chats, newest first. */
export const useChatList = createLive<Chat[]>((client, signal) => client.chats.watchList(undefined, { signal }))
