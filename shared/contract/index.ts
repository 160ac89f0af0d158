import { chats } from './chats.ts'
import { engines } from './engines.ts'
import { hardware } from './hardware.ts'
import { models } from './models.ts'
import { server } from './server.ts'
import { settings } from './settings.ts'
import { system } from './system.ts'

/** Everything that a window, a browser and the command line may ask of the core. */
export const contract = { chats, engines, hardware, models, server, settings, system }
export type Contract = typeof contract
