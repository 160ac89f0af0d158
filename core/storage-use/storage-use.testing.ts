import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Model, ModelFile } from '../../shared/domain/models.ts'
import { hashFile } from '../lib/hash-file.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { modelFixture } from '../models/model.testing.ts'
import type { ModelsHere, StorageUseDeps } from './deps.ts'

export const person: Actor = { ownerId: 'local', door: 'window', access: 'local' }

/** A library that keeps its models in memory. */
export function fakeModels(models: Model[] = []): ModelsHere & { models: Model[]; forgotten: string[] } {
  const find = (name: string) => models.find((model) => model.name === name)
  const put = (model: Model) => {
    models.push(model)
    return Promise.resolve(model)
  }
  const forgotten: string[] = []
  return {
    models,
    forgotten,
    list: () => models,
    find,
    get(name) {
      const model = find(name)
      if (!model) throw new AppError({ code: 'model_not_found', message: `There is no ${name}.` })
      return model
    },
    add: (path, _actor, name) =>
      put(modelFixture({ name: name ?? path, path, sizeBytes: statSync(path).size, files: [fileAt(path, false)] })),
    addImported: (given) =>
      put(
        modelFixture({
          ...given,
          path: given.files.find((file) => file.role === 'weights')?.path ?? '',
          origin: 'imported',
        }),
      ),
    setFileHash(path, sha256) {
      for (const model of models) for (const file of model.files) if (file.path === path) file.sha256 = sha256
    },
    async remove(name) {
      const index = models.findIndex((model) => model.name === name)
      const [model] = models.splice(index, 1)
      for (const file of model?.files ?? []) if (file.owned) rmSync(file.path)
      return Promise.resolve()
    },
    removed: () => [],
    forgetRemoved: (path) => Promise.resolve(void forgotten.push(path)),
  }
}

/** A file of a model that lies on the disk. */
export function fileAt(path: string, owned: boolean, overrides: Partial<ModelFile> = {}): ModelFile {
  return { path, sizeBytes: statSync(path).size, sha256: null, role: 'weights', owned, ...overrides }
}

/** Everything that storage needs, on an empty disk. */
export function fakeDeps(overrides: Partial<StorageUseDeps> = {}): StorageUseDeps {
  const home = tempFolder()
  let id = 0
  return {
    home,
    modelsFolder: () => join(home, 'models'),
    models: fakeModels(),
    downloads: () => [],
    isLoaded: () => false,
    hashFile,
    desktop: null,
    version: '0.0.0',
    now: () => 1_700_000_000_000,
    newId: () => `id${++id}`,
    log: { info: () => {}, warn: () => {} },
    platform: 'linux',
    env: {},
    userHome: join(home, 'person'),
    ...overrides,
  }
}

/** What a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const error: unknown = await call.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof AppError)) throw error
  return error
}
