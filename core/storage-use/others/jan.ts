import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { z } from 'zod'
import { parseJson, readSmall, walkFiles } from '../files.ts'
import type { Finder } from './finder.ts'

const MAX_RECORD_BYTES = 1_000_000
/** Of versions before 0.6; `sources` name files beside it. */
const ModelJson = z.object({
  id: z.string().optional(),
  sources: z.array(z.object({ filename: z.string().optional() })).max(1000),
})

/** Models under a data folder of Jan: `model.yml` (now) and `models/<id>/model.json` (earlier). */
export async function findInJan(finder: Finder, data: string): Promise<void> {
  for (const folder of [join(data, 'llamacpp', 'models'), join(data, 'models')]) {
    for await (const path of walkFiles(folder, { depth: 6, entries: 50_000 })) {
      const file = basename(path)
      const id = relative(folder, dirname(path)).split(sep).join('/')
      if (file !== 'model.yml' && file !== 'model.json') continue
      const text = await readSmall(path, MAX_RECORD_BYTES)
      const weights = file === 'model.yml' ? weightsOfYaml(text) : weightsOfJson(text)
      if (weights === null) {
        finder.skip()
        continue
      }
      const found = weightsPath(weights, data, dirname(path))
      if (found === null) finder.skip()
      else await finder.take({ app: 'jan', name: id, path: found, sha256: null, suggestedName: lastPart(id) })
    }
  }
}

/** Relative paths count from the data folder in `model.yml`, from the record's own folder in `model.json`. */
function weightsPath(weights: string, data: string, beside: string): string | null {
  if (!weights.toLowerCase().endsWith('.gguf')) return null
  if (isAbsolute(weights)) return weights
  const base = weights.includes('/') || weights.includes('\\') ? data : beside
  const path = join(base, ...weights.split(/[\\/]/))
  // A record has no business outside of what it describes.
  return relative(base, path).startsWith('..') ? null : path
}

/** `model_path:`, or the first of `files:`; the only two lines that matter of a file that Jan itself writes. */
function weightsOfYaml(text: string | null): string | null {
  const match =
    /^model_path:[ \t]*(\S[^\r\n]*)$/m.exec(text ?? '') ??
    /^files:[ \t]*\r?\n[ \t]*-[ \t]+(\S[^\r\n]*)$/m.exec(text ?? '')
  return match?.[1]?.trim().replace(/^(["'])(.*)\1$/, '$2') ?? null
}

function weightsOfJson(text: string | null): string | null {
  const record = ModelJson.safeParse(parseJson(text))
  return record.success ? (record.data.sources.find(({ filename }) => filename !== undefined)?.filename ?? null) : null
}

function lastPart(id: string): string {
  return id.split('/').at(-1) ?? id
}
