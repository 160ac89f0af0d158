import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext, withRpcErrors } from './base.ts'

const rpc = implement(contract.chats).$context<RpcContext>().use(guard)

export const chats = {
  watchList: rpc.watchList.handler(({ context: { core, actor }, signal }) => core.chats.watchList(actor, signal)),
  watch: rpc.watch.handler(({ context: { core, actor }, input, signal }) =>
    withRpcErrors(core.chats.watch(actor, input.id, signal)),
  ),
  create: rpc.create.handler(({ context: { core, actor }, input }) => core.chats.create(actor, input)),
  rename: rpc.rename.handler(({ context: { core, actor }, input }) => core.chats.rename(actor, input.id, input.title)),
  remove: rpc.remove.handler(({ context: { core, actor }, input }) => core.chats.remove(actor, input.id)),
  restore: rpc.restore.handler(({ context: { core, actor }, input }) => core.chats.restore(actor, input.id)),
  send: rpc.send.handler(({ context: { core, actor }, input }) =>
    core.chats.send(actor, input.id, input.content, input.model),
  ),
  regenerate: rpc.regenerate.handler(({ context: { core, actor }, input }) =>
    core.chats.regenerate(actor, input.id, input.messageId, input.model),
  ),
  readAhead: rpc.readAhead.handler(({ context: { core, actor }, input }) =>
    core.chats.readAhead(actor, input.id, input.model),
  ),
  stop: rpc.stop.handler(({ context: { core, actor }, input }) => core.chats.stop(actor, input.id)),
}
