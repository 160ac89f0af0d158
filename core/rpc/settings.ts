import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import type { SettingsPatch } from '../../shared/domain/settings.ts'
import { localOnly, guard, type RpcContext } from './base.ts'

const rpc = implement(contract.settings).$context<RpcContext>().use(guard)

export const settings = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.settings.topic.watch(signal)),
  update: rpc.update.handler(({ context: { core, actor }, input }) => {
    if (actor.access !== 'local' && touchesMachine(input)) throw localOnly()
    return core.settings.update(input)
  }),
}

/** The server, folders, with whom this machine talks in whose name, and what it does by itself. */
function touchesMachine({ server, hubs, downloads, startAtLogin, keepAwake }: SettingsPatch): boolean {
  const itself = startAtLogin !== undefined || keepAwake !== undefined
  return server !== undefined || hubs !== undefined || downloads?.folder !== undefined || itself
}
