import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Model } from '../../../shared/domain/models.ts'
import { factsFixture, modelFixture } from '../../models/model.testing.ts'
import type { StorageUseDeps } from '../deps.ts'
import { fakeDeps, fakeModels, fileAt, person } from '../storage-use.testing.ts'
import { exportModel } from './export.ts'
import { importModel } from './import.ts'

export const WEIGHTS = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(3_000_000, 'weights')])

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** One of two computers: an empty library in a folder of its own. */
export function computer(overrides: Partial<StorageUseDeps> = {}) {
  const models = fakeModels()
  const deps = fakeDeps({ models, ...overrides })
  return {
    ...deps,
    deps,
    models,
    at: (...parts: string[]) => join(deps.home, ...parts),
    write(name: string, content: Buffer | string) {
      const path = join(deps.home, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
      return path
    },
    /** What an import left in the models' folder. */
    left: () => (existsSync(deps.modelsFolder()) ? readdirSync(deps.modelsFolder(), { recursive: true }) : []),
  }
}

export async function drain(work: AsyncGenerator<unknown, unknown, void>): Promise<void> {
  while ((await work.next()).done !== true);
}

export async function imported(source: string, { deps }: ReturnType<typeof computer>): Promise<Model> {
  for await (const value of importModel(source, person, deps)) if ('model' in value) return value.model
  throw new Error('It ended without a model.')
}

/** A computer with one model that has everything that a model can have. */
export function withModel(content = WEIGHTS, fileName = '通义 model.gguf') {
  const here = computer()
  const path = here.write(`models/${fileName}`, content)
  const document = here.write('models/handbook.md', '# Handbook')
  here.models.models.push(
    modelFixture({
      name: 'qwen:0.6b',
      path,
      origin: 'hub',
      facts: factsFixture({ title: 'Qwen 3', chatTemplate: '{{ file }}' }),
      files: [fileAt(path, true), fileAt(document, true, { role: 'document' })],
      defaults: {
        system: '你好',
        sampling: { topK: 20 },
        load: {},
        template: '{{ mine }}',
        goTemplate: null,
        stop: ['</s>'],
        maxTokens: 5,
      },
      licenceText: 'Apache 2.0',
      tags: ['work'],
      source: { hub: 'modelscope', repo: 'qwen/q', revision: 'abc', variant: 'Q4', url: 'https://modelscope.cn/x' },
    }),
  )
  return here
}

export async function exported(
  here: ReturnType<typeof computer>,
  as: 'folder' | 'file',
  name = 'qwen:0.6b',
): Promise<string> {
  const target = here.at(as === 'file' ? 'model.hearth' : 'model')
  await drain(exportModel({ name, target, as }, here.deps))
  return target
}
