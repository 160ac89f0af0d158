import { toErrorInfo } from '../shared/domain/errors.ts'
import type { EngineToHost, HostToEngine } from '../shared/process/engine.ts'
import { Engine } from './engine.ts'
import { connectHost } from './host-channel.ts'

const heartbeatMs = 1000
/** Time for a last message to leave the process. */
const farewellMs = 100

const host = await connectHost<EngineToHost, HostToEngine>()

process.on('uncaughtException', (error) => {
  host.post({ type: 'error', error: toErrorInfo(error), fatal: true })
  setTimeout(() => process.exit(1), farewellMs)
})

const engine = new Engine((message) => host.post(message))
host.onMessage((message) => engine.handle(message))
setInterval(() => host.post({ type: 'heartbeat', residentBytes: process.memoryUsage.rss() }), heartbeatMs)
