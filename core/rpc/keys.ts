import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.keys).$context<RpcContext>().use(guard)

const later = (): never => {
  throw new Error('TO BE WRITTEN by whoever writes core/keys')
}

export const keys = {
  watch: rpc.watch.handler(later),
  list: rpc.list.handler(later),
  create: rpc.create.handler(later),
  update: rpc.update.handler(later),
  remove: rpc.remove.handler(later),
}
