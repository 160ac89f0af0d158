import { rpc } from './base.ts'
import { chats } from './chats.ts'
import { engines } from './engines.ts'
import { hardware } from './hardware.ts'
import { models } from './models.ts'
import { server } from './server.ts'
import { settings } from './settings.ts'
import { system } from './system.ts'

/** The contract, answered by the services: the same for a window, a browser and the command line. */
export const router = rpc.router({ chats, engines, hardware, models, server, settings, system })
