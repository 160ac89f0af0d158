import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.engines).$context<RpcContext>().use(guard)

export const engines = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.pool.topic.watch(signal)),
  load: rpc.load.handler(({ context: { core }, input }) => core.pool.load(core.library.get(input.model))),
  unload: rpc.unload.handler(({ context: { core }, input }) =>
    core.pool.unload(core.library.find(input.model)?.name ?? input.model),
  ),
  generate: rpc.generate.handler(async function* ({ context: { core, actor }, input, signal }) {
    yield* core.generate({ ...input, priority: 'person', actor }, signal)
  }),
}
