import { rpc } from './base.ts'

export const system = {
  info: rpc.system.info.handler(({ context: { core, actor } }) => ({
    version: core.version,
    platform: process.platform,
    home: core.home,
    door: actor.door,
    access: actor.access,
    hasDesktop: core.desktop !== null && actor.access === 'local',
    locale: core.locale,
  })),
  watchNotices: rpc.system.watchNotices.handler(({ context: { core }, signal }) => core.notices.topic.watch(signal)),
  dismissNotice: rpc.system.dismissNotice.handler(({ context: { core }, input }) => core.notices.dismiss(input.id)),
  openHome: rpc.system.openHome.handler(({ context: { core } }) => core.desktop?.reveal(core.home)),
}
