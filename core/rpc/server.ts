import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.server).$context<RpcContext>().use(guard)

export const server = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.serverTopic.watch(signal)),
  setEnabled: rpc.setEnabled.handler(({ context: { core }, input }) => core.setServerEnabled(input.enabled)),
  inspect: rpc.inspect.handler(({ context: { core }, input }) => core.server.inspect(input.id)),
  runAgain: rpc.runAgain.handler(({ context: { core }, input }) => ({ id: core.server.runAgain(input.id) })),
  clearRequests: rpc.clearRequests.handler(({ context: { core } }) => core.server.clearRequests()),
  createLink: rpc.createLink.handler(({ context: { core } }) => core.server.createLink()),
}
