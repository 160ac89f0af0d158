import { rpc } from './base.ts'

export const settings = {
  watch: rpc.settings.watch.handler(({ context: { core }, signal }) => core.settings.topic.watch(signal)),
  update: rpc.settings.update.handler(({ context: { core }, input }) => core.settings.update(input)),
}
