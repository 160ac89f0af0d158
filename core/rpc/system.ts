import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { guard, type RpcContext } from './base.ts'

const rpc = implement(contract.system).$context<RpcContext>().use(guard)

export const system = {
  info: rpc.info.handler(({ context: { core, actor } }) => ({
    version: core.version,
    platform: process.platform,
    home: core.home,
    door: actor.door,
    access: actor.access,
    hasDesktop: core.desktop !== null && actor.access === 'local',
    locale: core.locale,
  })),
  watchNotices: rpc.watchNotices.handler(({ context: { core }, signal }) => core.notices.topic.watch(signal)),
  dismissNotice: rpc.dismissNotice.handler(({ context: { core }, input }) => core.notices.dismiss(input.id)),
  openHome: rpc.openHome.handler(({ context: { core } }) => core.desktop?.reveal(core.home)),
}
