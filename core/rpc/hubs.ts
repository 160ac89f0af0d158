import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.hubs).$context<RpcContext>().use(guard)

export const hubs = {
  catalogue: rpc.catalogue.handler(({ context: { core } }) => core.hubs.catalogue()),
  search: rpc.search.handler(({ context: { core }, input, signal }) => core.hubs.search(input, { signal })),
  repo: rpc.repo.handler(({ context: { core }, input, signal }) => core.hubs.repo(input, { signal })),
  card: rpc.card.handler(({ context: { core }, input, signal }) => core.hubs.card(input, { signal })),
  reach: rpc.reach.handler(({ context: { core }, signal }) => core.hubs.reach({ signal })),
  accounts: rpc.accounts.handler(({ context: { core } }) => core.hubs.accounts()),
  setToken: rpc.setToken.handler(({ context: { core }, input }) => core.hubs.setToken(input.hub, input.token)),
}
