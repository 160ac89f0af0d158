import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.keys).$context<RpcContext>().use(guard)

export const keys = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.keys.topic.watch(signal)),
  list: rpc.list.handler(({ context: { core } }) => core.keys.list()),
  create: rpc.create.handler(({ context: { core, actor }, input }) => core.keys.create(input, actor)),
  update: rpc.update.handler(({ context: { core }, input }) => core.keys.update(input.id, input.key)),
  remove: rpc.remove.handler(({ context: { core }, input }) => core.keys.remove(input.id)),
}
