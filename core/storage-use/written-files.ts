import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import type { Download } from '../../shared/domain/downloads.ts'
import type { Model } from '../../shared/domain/models.ts'
import { writeFileAtomically } from '../lib/write-file.ts'
import { parseJson, readSmall, statOrNull } from './files.ts'

const Written = z.object({ path: z.string(), sizeBytes: z.number(), mtimeMs: z.number() })
type Written = z.infer<typeof Written>
const List = z.object({ version: z.literal(1), files: z.array(Written) })

const MAX_LIST_BYTES = 20_000_000

/**
 * Remembers in `<home>/written-files.json` which files of the models' folder we wrote ourselves: each that was once
 * an own file of a model in the library. A file is known again only with the same size and time, so that nothing that
 * a person put there, or put in its place, is ever taken for ours. This survives a library that was lost.
 */
export interface WrittenFiles {
  /** Takes in what the library and the queue know, and gives those that no model uses any more. */
  orphans(now: {
    models: readonly Model[]
    downloads: readonly Download[]
    modelsFolder: string
    /** Paths that are somebody's just now, though no model's. */
    spoken: ReadonlySet<string>
  }): Promise<Written[]>
}

export function createWrittenFiles(home: string): WrittenFiles {
  const file = join(home, 'written-files.json')
  let text: string | null = null

  async function read(): Promise<Written[]> {
    text ??= await readSmall(file, MAX_LIST_BYTES)
    const list = List.safeParse(parseJson(text))
    return list.success ? list.data.files : []
  }

  return {
    async orphans({ models, downloads, modelsFolder, spoken }) {
      const used = new Set(models.flatMap((model) => model.files.map(({ path }) => path)))
      const known = new Map<string, Written>()
      for (const written of await read()) {
        const stats = await statOrNull(written.path)
        if (stats?.isFile() && stats.size === written.sizeBytes && stats.mtimeMs === written.mtimeMs) {
          known.set(written.path, written)
        }
      }
      const own = [
        ...models.flatMap((model) => (model.origin === 'starter' ? [] : model.files.filter(({ owned }) => owned))),
        ...finishedFiles(downloads),
      ]
      for (const { path, sizeBytes } of own) {
        if (!isInside(modelsFolder, path)) continue
        const stats = await statOrNull(path)
        if (stats?.isFile() && stats.size === sizeBytes) known.set(path, { path, sizeBytes, mtimeMs: stats.mtimeMs })
      }
      const next = JSON.stringify({ version: 1, files: [...known.values()] })
      if (next !== text) {
        await writeFileAtomically(file, next)
        text = next
      }
      return [...known.values()].filter(
        ({ path }) => isInside(modelsFolder, path) && !used.has(path) && !spoken.has(path),
      )
    },
  }
}

/** What downloads of the queue have put in place; a crash may have come before the library heard of it. */
function finishedFiles(downloads: readonly Download[]): { path: string; sizeBytes: number }[] {
  return downloads
    .filter(({ state }) => state === 'done')
    .flatMap(({ folder, files }) =>
      files.flatMap(({ path, sizeBytes }) => (sizeBytes === null ? [] : [{ path: join(folder, path), sizeBytes }])),
    )
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && join(folder, way) === path
}
