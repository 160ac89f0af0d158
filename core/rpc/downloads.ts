import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext, withRpcErrors } from './base.ts'

const rpc = implement(contract.downloads).$context<RpcContext>().use(guard)

export const downloads = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.downloads.topic.watch(signal)),
  enqueue: rpc.enqueue.handler(({ context: { core, actor }, input }) => core.downloads.enqueue(input, actor)),
  pull: rpc.pull.handler(({ context: { core, actor }, input, signal }) =>
    withRpcErrors(core.pull(input.name, actor, signal)),
  ),
  pause: rpc.pause.handler(({ context: { core }, input }) => core.downloads.pause(input.id)),
  resume: rpc.resume.handler(({ context: { core }, input }) => core.downloads.resume(input.id)),
  pauseAll: rpc.pauseAll.handler(({ context: { core } }) => core.downloads.pauseAll()),
  resumeAll: rpc.resumeAll.handler(({ context: { core } }) => core.downloads.resumeAll()),
  cancel: rpc.cancel.handler(({ context: { core }, input }) => core.downloads.cancel(input.id)),
  move: rpc.move.handler(({ context: { core }, input }) => core.downloads.move(input.id, input.to)),
  clearFinished: rpc.clearFinished.handler(({ context: { core } }) => core.downloads.clearFinished()),
  pickFolder: rpc.pickFolder.handler(async ({ context: { core } }) => (await core.desktop?.pickFolder()) ?? null),
}
