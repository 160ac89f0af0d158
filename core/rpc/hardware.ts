import { rpc } from './base.ts'

export const hardware = {
  watch: rpc.hardware.watch.handler(({ context: { core }, signal }) => core.hardware.topic.watch(signal)),
  refresh: rpc.hardware.refresh.handler(({ context: { core } }) => core.hardware.refresh()),
}
