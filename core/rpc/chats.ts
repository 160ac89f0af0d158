import { rpc, withRpcErrors } from './base.ts'

export const chats = {
  watchList: rpc.chats.watchList.handler(({ context: { core, actor }, signal }) => core.chats.watchList(actor, signal)),
  watch: rpc.chats.watch.handler(({ context: { core, actor }, input, signal }) =>
    withRpcErrors(core.chats.watch(actor, input.id, signal)),
  ),
  create: rpc.chats.create.handler(({ context: { core, actor }, input }) => core.chats.create(actor, input)),
  rename: rpc.chats.rename.handler(({ context: { core, actor }, input }) =>
    core.chats.rename(actor, input.id, input.title),
  ),
  remove: rpc.chats.remove.handler(({ context: { core, actor }, input }) => core.chats.remove(actor, input.id)),
  restore: rpc.chats.restore.handler(({ context: { core, actor }, input }) => core.chats.restore(actor, input.id)),
  send: rpc.chats.send.handler(({ context: { core, actor }, input }) =>
    core.chats.send(actor, input.id, input.content, input.model),
  ),
  regenerate: rpc.chats.regenerate.handler(({ context: { core, actor }, input }) =>
    core.chats.regenerate(actor, input.id, input.messageId, input.model),
  ),
  stop: rpc.chats.stop.handler(({ context: { core, actor }, input }) => core.chats.stop(actor, input.id)),
}
