import { chats } from './0001-chats.ts'
import { models } from './0002-models.ts'

/** All of them, in order. */
export const migrations = [chats, models] as const
