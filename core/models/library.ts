import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import { askProbe, ProbeLostError } from '../host/ask-probe.ts'
import type { Host } from '../host/host.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import type { ModelStore } from './model-store.ts'
import { freeName, nameFromFile, normalizeName } from './names.ts'

const PROBE_TIMEOUT_MS = 30_000

/** The models of this computer and the names that mean them. */
export interface Library {
  topic: Topic<Model[]>
  /** All models, those that were added last first, then the starters; each with what is wrong with its file now. */
  list(): Model[]
  /** By name, alias or path, in any case, with or without `:latest`. */
  find(name: string): Model | undefined
  /** As `find`. Throws `model_not_found`, or what is wrong with the file. */
  get(name: string): Model
  /** Adds a GGUF where it lies. A file that is there already is not added twice. Throws `model_file_…`. */
  add(path: string, actor: Actor): Promise<Model>
  /** Forgets a model that was added. Throws `model_not_found`, `forbidden` for a starter model. */
  remove(name: string): void
}

export interface LibraryDeps {
  starters: Model[]
  store: ModelStore
  host: Host
  now: () => number
}

export function createLibrary({ starters, store, host, now }: LibraryDeps): Library {
  /** What watchers were last told, as `faults` sums it up. */
  let told = ''
  const look = () => [...store.list(), ...starters].map((model) => ({ ...model, problem: fileProblem(model) }))
  const topic = createTopic(() => {
    const models = look()
    told = faults(models)
    return models
  })
  /** A file goes or comes back without a word: whoever looks tells those who watch. */
  const list = () => {
    const models = look()
    if (faults(models) !== told) topic.changed()
    return models
  }

  const find = (name: string) => {
    const wanted = normalizeName(name)
    return list().find(
      (model) =>
        normalizeName(model.name) === wanted ||
        model.aliases.some((alias) => normalizeName(alias) === wanted) ||
        model.path === name,
    )
  }

  return {
    topic,
    list,
    find,
    get(name) {
      const model = find(name)
      if (!model) throw modelNotFound(name)
      if (model.problem) throw new AppError(model.problem)
      return model
    },
    async add(givenPath, actor) {
      const path = resolve(givenPath.trim())
      const known = list().find((model) => model.path === path)
      if (known && !known.problem) return known
      assertReadableFile(path)
      const { facts, sizeBytes } = await askProbe(host, { type: 'gguf', path }, PROBE_TIMEOUT_MS).catch(
        (error: unknown) => {
          if (!(error instanceof ProbeLostError)) throw error
          throw new AppError({
            code: 'model_file_invalid',
            message: `${basename(path)} is no model that Hearth can read: reading its header ended the reader.`,
            suggestion: 'The file may be damaged. Get it again from where it came from.',
            data: { path, file: basename(path) },
            cause: error,
          })
        },
      )
      // Two calls for one file may have waited side by side.
      const meanwhile = store.list().find((model) => model.path === path)
      if (meanwhile) store.remove(meanwhile.name)
      const model: Model = {
        name: meanwhile?.name ?? freeName(nameFromFile(basename(path)), (name) => find(name) !== undefined),
        aliases: [basename(path)],
        origin: 'local',
        path,
        sizeBytes,
        facts,
        defaults: { system: null, sampling: {} },
        addedAt: meanwhile?.addedAt ?? now(),
        problem: null,
      }
      store.insert(actor.ownerId, model)
      topic.changed()
      return model
    },
    remove(name) {
      const model = find(name)
      if (!model) throw modelNotFound(name)
      if (model.origin === 'starter') {
        throw new AppError({
          code: 'forbidden',
          message: `${model.name} came with Hearth and stays in the list.`,
          suggestion: 'Models that you added can be removed.',
          data: { model: model.name },
        })
      }
      store.remove(model.name)
      topic.changed()
    },
  }
}

function faults(models: readonly Model[]): string {
  return JSON.stringify(models.map(({ name, problem }) => [name, problem?.code ?? null]))
}

function modelNotFound(name: string): AppError {
  return new AppError({
    code: 'model_not_found',
    message: `There is no model named “${name.slice(0, 200)}” on this computer.`,
    suggestion: 'Choose one of the models in the list, or add a GGUF file.',
    data: { model: name.slice(0, 200) },
  })
}

function fileProblem(model: Model): ErrorInfo | null {
  const stat = statSync(model.path, { throwIfNoEntry: false })
  const data = { model: model.name, path: model.path, file: basename(model.path) }
  if (!stat?.isFile()) {
    return {
      code: 'model_file_missing',
      message: `The file of ${model.name} is no longer at ${model.path}.`,
      suggestion: 'Put the file back, or connect the drive that it is on.',
      data,
    }
  }
  if (stat.size < model.sizeBytes) {
    return {
      code: 'model_file_truncated',
      message: `The file of ${model.name} is shorter than when it was added.`,
      suggestion: 'Get the whole file again and put it in the same place.',
      data,
    }
  }
  return null
}

function assertReadableFile(path: string): void {
  const data = { path, file: basename(path) }
  let stat
  try {
    stat = statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    throw new AppError({
      code: 'model_file_missing',
      message: `Hearth can't open ${path}.`,
      suggestion: 'Check the path and your right to read it.',
      data,
      cause,
    })
  }
  if (!stat) {
    throw new AppError({
      code: 'model_file_missing',
      message: `There is no file at ${path}.`,
      suggestion: 'Check the path. A model is a file that ends in .gguf.',
      data,
    })
  }
  // A device or a pipe could keep a reader forever.
  if (!stat.isFile()) {
    throw new AppError({
      code: 'model_file_invalid',
      message: `${path} is not a file.`,
      suggestion: 'Choose the .gguf file itself.',
      data,
    })
  }
}
