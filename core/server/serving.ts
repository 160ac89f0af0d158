import { isDeepStrictEqual } from 'node:util'
import type { ServerState } from '../../shared/domain/server.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Keys } from '../keys/keys.ts'
import type { Log } from '../lib/log.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { ServerService } from './deps.ts'

/** Requests change at each token; a page can't show more than this. */
const TOPIC_INTERVAL_MS = 250

export interface Serving {
  topic: Topic<ServerState>
  /** The switch: what it says is remembered only if it could be done. */
  setEnabled(enabled: boolean): Promise<void>
}

/** Keeps the server as settings and keys have it, whenever they change. */
export function createServing({
  server,
  settings,
  keys,
  log,
}: {
  server: ServerService
  settings: SettingsService
  keys: Pick<Keys, 'hasUsable' | 'onChanged'>
  log: Pick<Log, 'warn'>
}): Serving {
  const topic = createTopic<ServerState>(server.state, TOPIC_INTERVAL_MS)
  server.onChange(topic.changed)

  /** Opens and closes ports; the page shows what could not be done. */
  function rearrange(): void {
    server.applySettings().catch((error: unknown) => log.warn({ error }, 'server settings'))
  }

  settings.onChange((next, previous) => {
    if (!next.server.keepBodies) server.forgetBodies()
    if (!isDeepStrictEqual(reachOf(next.server), reachOf(previous.server))) rearrange()
  })
  let couldEnter = keys.hasUsable()
  keys.onChanged(() => {
    if (keys.hasUsable() === couldEnter) return
    couldEnter = keys.hasUsable()
    rearrange()
  })

  return {
    topic,
    async setEnabled(enabled) {
      const isOn = server.state().status.state === 'on'
      if (enabled) await (isOn ? server.applySettings() : server.start())
      else await server.stop({ graceMs: 2000 })
      await settings.update({ server: { enabled } })
    },
  }
}

/** The settings by which the server is reached. */
const reachOf = ({ port, ollamaPort, network, https, origins }: Settings['server']) => ({
  port,
  ollamaPort,
  network,
  https,
  origins,
})
