import { rpc } from './base.ts'

export const engines = {
  watch: rpc.engines.watch.handler(({ context: { core }, signal }) => core.pool.topic.watch(signal)),
  load: rpc.engines.load.handler(({ context: { core }, input }) => core.pool.load(core.library.get(input.model))),
  unload: rpc.engines.unload.handler(({ context: { core }, input }) =>
    core.pool.unload(core.library.find(input.model)?.name ?? input.model),
  ),
  generate: rpc.engines.generate.handler(async function* ({ context: { core, actor }, input, signal }) {
    yield* core.generate({ ...input, priority: 'person', actor }, signal)
  }),
}
