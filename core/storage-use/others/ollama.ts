import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import { parseJson, readSmall, walkFiles } from '../files.ts'
import type { Finder } from './finder.ts'

const MAX_MANIFEST_BYTES = 1_000_000
const MODEL_LAYER = 'application/vnd.ollama.image.model'

/** One form of digest only: anything else could name a path. */
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const Manifest = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string(), size: z.number() })).max(10_000),
})
const NAME_PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/

/** Models under `<folder>/manifests/<host>/<namespace>/<model>/<tag>`, whose weights are `<folder>/blobs/sha256-…`. */
export async function findInOllama(finder: Finder, folder: string): Promise<void> {
  const manifests = join(folder, 'manifests')
  for await (const path of walkFiles(manifests, { depth: 6, entries: 50_000 })) {
    const name = shownName(relative(manifests, path).split(sep))
    const manifest = Manifest.safeParse(parseJson(await readSmall(path, MAX_MANIFEST_BYTES)))
    if (name === null || !manifest.success) {
      finder.skip()
      continue
    }
    const layer = manifest.data.layers.find(({ mediaType }) => mediaType === MODEL_LAYER)
    // Models of other formats and those that run in the cloud have no such layer.
    if (!layer) continue
    const digest = Digest.safeParse(layer.digest)
    if (!digest.success) {
      finder.skip()
      continue
    }
    const sha256 = digest.data.slice('sha256:'.length)
    await finder.take({
      app: 'ollama',
      name,
      path: join(folder, 'blobs', `sha256-${sha256}`),
      sha256,
      suggestedName: name,
      expectedBytes: layer.size,
    })
  }
}

/** As `ollama list` shows it: without the registry and namespace that are its defaults. */
function shownName(parts: string[]): string | null {
  const [host, ...rest] = parts
  const tag = rest.pop()
  if (host === undefined || tag === undefined || rest.length === 0) return null
  if (![host.replace(/:\d+$/, ''), ...rest, tag].every((part) => NAME_PART.test(part))) return null
  const inRegistry = host === 'registry.ollama.ai'
  const path = inRegistry && rest[0] === 'library' && rest.length > 1 ? rest.slice(1) : rest
  return `${[...(inRegistry ? [] : [host]), ...path].join('/')}:${tag}`
}
