import { join } from 'node:path'
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { safeFolderName } from '../storage-use/safe-name.ts'
import { guard, type RpcContext, withRpcErrors } from './base.ts'

const rpc = implement(contract.storage).$context<RpcContext>().use(guard)

export const storage = {
  usage: rpc.usage.handler(({ context: { core } }) => core.storageUse.usage()),
  free: rpc.free.handler(({ context: { core }, input }) => core.storageUse.free(input.path)),
  findOthers: rpc.findOthers.handler(({ context: { core }, input }) => core.storageUse.findOthers(input.folder)),
  useInPlace: rpc.useInPlace.handler(({ context: { core, actor }, input }) =>
    core.storageUse.useInPlace(input.paths, actor),
  ),
  findEqual: rpc.findEqual.handler(({ context: { core }, signal }) => withRpcErrors(core.storageUse.findEqual(signal))),
  makeOneCopy: rpc.makeOneCopy.handler(({ context: { core }, input }) =>
    core.storageUse.makeOneCopy(input.sha256, input.touchOthers),
  ),
  undoOneCopy: rpc.undoOneCopy.handler(({ context: { core }, input }) => core.storageUse.undoOneCopy(input.undoId)),
  exportModel: rpc.exportModel.handler(({ context: { core }, input, signal }) =>
    withRpcErrors(core.storageUse.exportModel(input, signal)),
  ),
  importModel: rpc.importModel.handler(({ context: { core, actor }, input, signal }) =>
    withRpcErrors(core.storageUse.importModel(input.source, actor, signal)),
  ),
  pickExportTarget: rpc.pickExportTarget.handler(async ({ context: { core }, input }) => {
    const name = safeFolderName(input.name)
    if (input.as === 'file') return (await core.desktop?.saveAs(`${name}.hearth`)) ?? null
    const folder = (await core.desktop?.pickFolder()) ?? null
    return folder === null ? null : join(folder, name)
  }),
  pickImportSource: rpc.pickImportSource.handler(
    async ({ context: { core }, input }) => (await core.desktop?.pickHandOver(input.as)) ?? null,
  ),
}
