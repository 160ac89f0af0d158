import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import { fileGone, fileShorter } from './library-errors.ts'

/** A library may have thousands of files, and some drives answer slowly. */
const MAX_AGE_MS = 3000
const AT_ONCE = 32

export type Checked = Pick<Model, 'name' | 'files' | 'check'>

/** Whether the files of models are still there, remembered for a moment so that a long list costs nothing. */
export interface FileChecks {
  /** What is wrong with it, as far as its files were looked at; those that never were count as good. */
  problem(model: Checked): ErrorInfo | null
  /** Looks at the files of one model now. True when its problem is another one than before. */
  look(model: Checked): boolean
  /** Looks at all of them, a few at a time. True when the problem of one is another than before. */
  lookAtAll(models: readonly Checked[]): Promise<boolean>
  /** The same in the background, if the last time is a while ago; tells when something is different. */
  lookSoon(models: readonly Checked[], onDifferent: () => void): void
}

export function createFileChecks(now: () => number): FileChecks {
  /** Bytes of each file that was looked at; null: there is none. */
  const sizes = new Map<string, number | null>()
  /** How often each was looked at: a slow look must not undo a newer one. */
  const looks = new Map<string, number>()
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<boolean> | null = null

  function problem(model: Checked): ErrorInfo | null {
    for (const file of model.files) {
      const size = sizes.get(file.path)
      if (size === null) return fileGone(model, file.path)
      if (size !== undefined && size < file.sizeBytes) return fileShorter(model, file.path)
    }
    return model.check?.intact === false ? model.check.error : null
  }

  function note(path: string, size: number | null): void {
    sizes.set(path, size)
    looks.set(path, (looks.get(path) ?? 0) + 1)
  }

  async function lookAtAll(models: readonly Checked[]): Promise<boolean> {
    const before = models.map((model) => problem(model)?.code)
    const paths = new Set(models.flatMap((model) => model.files.map((file) => file.path)))
    const queue = paths.values()
    const worker = async () => {
      for (const path of queue) {
        const looked = looks.get(path)
        const size = await sizeOf(path)
        if (looks.get(path) === looked) note(path, size)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    return models.some((model, index) => problem(model)?.code !== before[index])
  }

  async function all(models: readonly Checked[]): Promise<boolean> {
    // One that is under way may have passed what changed since.
    await looking
    looking ??= lookAtAll(models).finally(() => {
      looking = null
      lookedAt = now()
    })
    return looking
  }

  return {
    problem,
    look(model) {
      const before = problem(model)?.code
      for (const file of model.files) note(file.path, sizeNow(file.path))
      return problem(model)?.code !== before
    },
    lookAtAll: all,
    lookSoon(models, onDifferent) {
      if (looking || now() - lookedAt < MAX_AGE_MS) return
      all(models).then(
        (different) => {
          if (different) onDifferent()
        },
        () => {},
      )
    },
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : null
  } catch {
    // No right to look, or a name that no file can have: as good as gone.
    return null
  }
}

function sizeNow(path: string): number | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() ? found.size : null
  } catch {
    return null
  }
}
