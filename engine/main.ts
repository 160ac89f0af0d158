import { toErrorInfo } from '../shared/domain/errors.ts'
import type { EngineToHost, HostToEngine } from '../shared/process/engine.ts'
import { createEngine } from './engine.ts'
import { connectHost } from './host-channel.ts'

const heartbeatMs = 1000
/** Time for a last message to leave the process. */
const farewellMs = 100

const host = await connectHost<EngineToHost, HostToEngine>()

process.on('uncaughtException', (error) => {
  host.post({ type: 'error', error: toErrorInfo(error), fatal: true })
  setTimeout(() => process.exit(1), farewellMs)
})

const beat = () => host.post({ type: 'heartbeat', heartbeat: engine.heartbeat() })
const engine = createEngine((message) => {
  host.post(message)
  if (message.type === 'ready') beat()
})
host.onMessage((message) => engine.handle(message))
setInterval(beat, heartbeatMs)
