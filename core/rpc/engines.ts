import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Core } from '../core.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.engines).$context<RpcContext>().use(guard)

export const engines = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.pool.topic.watch(signal)),
  load: rpc.load.handler(({ context: { core, actor }, input: { model, keepAliveSeconds } }) =>
    core.pool.load(core.library.get(model), { by: isPerson(actor) ? 'person' : 'program', keepAliveSeconds }),
  ),
  unload: rpc.unload.handler(({ context: { core }, input }) => core.pool.unload(nameOf(core, input.model))),
  watchInsights: rpc.watchInsights.handler(({ context: { core }, signal }) => core.pool.insights.watch(signal)),
  tune: rpc.tune.handler(({ context: { core }, input }) => core.tuning.tune(core.library.get(input.model).name)),
  cancelTuning: rpc.cancelTuning.handler(({ context: { core }, input }) => {
    core.tuning.cancel(nameOf(core, input.model))
  }),
  release: rpc.release.handler(({ context: { core }, input }) => core.pool.release(nameOf(core, input.model))),
  forgetStates: rpc.forgetStates.handler(({ context: { core } }) => core.pool.forget(null)),
  generate: rpc.generate.handler(async function* ({ context: { core, actor }, input, signal }) {
    yield* core.generate({ ...input, priority: 'person', actor }, signal)
  }),
}

/** Someone looks at the window; the command line says itself how long a model stays. */
function isPerson({ door }: Actor): boolean {
  return door === 'window' || door === 'browser'
}

/** A model that was removed may still be in memory or put aside. */
function nameOf(core: Core, name: string): string {
  return core.library.find(name)?.name ?? name
}
