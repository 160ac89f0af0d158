import { chats } from './0001-chats.ts'
import { models } from './0002-models.ts'
import { library } from './0003-library.ts'
import { downloads } from './0004-downloads.ts'
import { speeds } from './0005-speeds.ts'
import { tuning } from './0006-tuning.ts'
import { quarantine } from './0007-quarantine.ts'
import { reasoning } from './0008-reasoning.ts'
import { keys } from './0009-keys.ts'

/** All of them, in order. */
export const migrations = [chats, models, library, downloads, speeds, tuning, quarantine, reasoning, keys] as const
