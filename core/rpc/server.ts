import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.server).$context<RpcContext>().use(guard)

export const server = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.serverTopic.watch(signal)),
  setEnabled: rpc.setEnabled.handler(({ context: { core }, input }) => core.setServerEnabled(input.enabled)),
  inspect: rpc.inspect.handler((): never => {
    throw new Error('TO BE WRITTEN with the inspector')
  }),
  runAgain: rpc.runAgain.handler((): never => {
    throw new Error('TO BE WRITTEN with the inspector')
  }),
  clearRequests: rpc.clearRequests.handler(({ context: { core } }) => core.server.clearRequests()),
  createLink: rpc.createLink.handler(({ context: { core } }) => core.server.createLink()),
}
