import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.hardware).$context<RpcContext>().use(guard)

export const hardware = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.hardware.topic.watch(signal)),
  refresh: rpc.refresh.handler(({ context: { core } }) => core.hardware.refresh()),
}
