import { rpc } from './base.ts'

export const models = {
  watch: rpc.models.watch.handler(({ context: { core }, signal }) => core.library.topic.watch(signal)),
  list: rpc.models.list.handler(({ context: { core } }) => core.library.list()),
  add: rpc.models.add.handler(({ context: { core, actor }, input }) => core.library.add(input.path, actor)),
  pickAndAdd: rpc.models.pickAndAdd.handler(async ({ context: { core, actor } }) => {
    const path = (await core.desktop?.pickModelFile()) ?? null
    return path === null ? null : core.library.add(path, actor)
  }),
  remove: rpc.models.remove.handler(async ({ context: { core }, input }) => {
    const model = core.library.find(input.name)
    core.library.remove(input.name)
    if (model) await core.pool.unload(model.name)
  }),
  reveal: rpc.models.reveal.handler(({ context: { core }, input }) => {
    core.desktop?.reveal(core.library.get(input.name).path)
  }),
}
