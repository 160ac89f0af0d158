import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { modelNotFound } from '../models/library-errors.ts'
import { modelfileOf } from '../models/modelfile/describe.ts'
import { parseModelfile } from '../models/modelfile/parse.ts'
import { writeModelfile } from '../models/modelfile/write.ts'
import { guard, type RpcContext, withRpcErrors } from './base.ts'

const rpc = implement(contract.models).$context<RpcContext>().use(guard)

export const models = {
  watch: rpc.watch.handler(({ context: { core }, signal }) => core.library.topic.watch(signal)),
  list: rpc.list.handler(({ context: { core } }) => core.library.refresh()),
  show: rpc.show.handler(({ context: { core }, input }) => {
    const model = core.library.find(input.name)
    if (!model) throw modelNotFound(input.name)
    return { model, modelfile: modelfileOf(model) }
  }),
  add: rpc.add.handler(({ context: { core, actor }, input }) => core.library.add(input.path, actor)),
  pickAndAdd: rpc.pickAndAdd.handler(async ({ context: { core, actor } }) => {
    const path = (await core.desktop?.pickModelFile()) ?? null
    return path === null ? null : core.library.add(path, actor)
  }),
  remove: rpc.remove.handler(({ context: { core }, input }) => core.library.remove(input.name)),
  restore: rpc.restore.handler(({ context: { core }, input }) => core.library.restore(input.undoId)),
  reveal: rpc.reveal.handler(({ context: { core }, input }) => {
    core.desktop?.reveal(core.library.get(input.name).path)
  }),
  rename: rpc.rename.handler(({ context: { core }, input }) => core.library.rename(input.name, input.to)),
  duplicate: rpc.duplicate.handler(({ context: { core, actor }, input }) =>
    core.library.duplicate(input.name, input.to, actor),
  ),
  update: rpc.update.handler(({ context: { core }, input }) => core.library.update(input.name, input.patch)),
  previewTemplate: rpc.previewTemplate.handler(({ context: { core }, input }) => core.trials.previewTemplate(input)),
  verify: rpc.verify.handler(({ context: { core }, input, signal }) =>
    withRpcErrors(core.library.verify(input.name, signal)),
  ),
  check: rpc.check.handler(({ context: { core }, input }) => core.trials.check(input.name)),
  updates: rpc.updates.handler(({ context: { core }, input }) => core.library.updates(input.names)),
  fit: rpc.fit.handler(({ context: { core }, input }) => core.fit.estimate(input)),
  parseModelfile: rpc.parseModelfile.handler(({ input }) => parseModelfile(input.text)),
  writeModelfile: rpc.writeModelfile.handler(({ input }) => ({ text: writeModelfile(input.modelfile) })),
  create: rpc.create.handler(({ context: { core, actor }, input }) => core.library.create({ ...input, actor })),
}
