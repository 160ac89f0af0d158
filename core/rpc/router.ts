import { chats } from './chats.ts'
import { downloads } from './downloads.ts'
import { engines } from './engines.ts'
import { hardware } from './hardware.ts'
import { hubs } from './hubs.ts'
import { keys } from './keys.ts'
import { models } from './models.ts'
import { server } from './server.ts'
import { settings } from './settings.ts'
import { storage } from './storage.ts'
import { system } from './system.ts'

/** The contract, answered by the services: the same for a window, a browser and the command line. */
export const router = { chats, downloads, engines, hardware, hubs, keys, models, server, settings, storage, system }
