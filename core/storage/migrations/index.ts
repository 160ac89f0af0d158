import { chats } from './0001-chats.ts'
import { models } from './0002-models.ts'
import { library } from './0003-library.ts'
import { downloads } from './0004-downloads.ts'
import { speeds } from './0005-speeds.ts'

/** All of them, in order. */
export const migrations = [chats, models, library, downloads, speeds] as const
