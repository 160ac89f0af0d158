import { rpc } from './base.ts'

export const server = {
  watch: rpc.server.watch.handler(({ context: { core }, signal }) => core.serverTopic.watch(signal)),
  setEnabled: rpc.server.setEnabled.handler(({ context: { core }, input }) => core.setServerEnabled(input.enabled)),
  clearRequests: rpc.server.clearRequests.handler(({ context: { core } }) => core.server.clearRequests()),
  createLink: rpc.server.createLink.handler(({ context: { core } }) => core.server.createLink()),
}
