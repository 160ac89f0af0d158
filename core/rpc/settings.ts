import { localOnly, rpc } from './base.ts'

export const settings = {
  watch: rpc.settings.watch.handler(({ context: { core }, signal }) => core.settings.topic.watch(signal)),
  update: rpc.settings.update.handler(({ context: { core, actor }, input }) => {
    // The ports of this machine, and the switch, as `server.setEnabled`.
    if (input.server && actor.access !== 'local') throw localOnly()
    return core.settings.update(input)
  }),
}
