import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import { parseJson } from '../http/ask-json.ts'
import { answerInvalid } from '../http/network-errors.ts'
import type { PlannedFile } from '../hub.ts'
import { hashOfDigest, knownSize } from '../known-values.ts'
import { safeRepoPath } from '../safe-path.ts'

const PREFIX = 'application/vnd.ollama.image.'
/** Real models have a dozen; a rogue registry may send thousands. */
const MOST_LAYERS = 64
export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'
export const CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json'

const RawLayer = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() })
const RawManifest = z.object({
  schemaVersion: z.number(),
  config: RawLayer.nullish(),
  layers: z.array(RawLayer).max(MOST_LAYERS),
})

export interface Layer {
  /** Last part of the media type: `model`, `template`, … */
  kind: string
  /** 64 hex digits. */
  sha256: string
  sizeBytes: number
}

export interface Manifest {
  layers: Layer[]
  config: Layer | null
  /** Of the manifest's own bytes: what changes when the tag gets another model. */
  digest: string
}

/** A registry's manifest, checked: digests in their one spelling, sizes that can be, not too many layers. */
export function parseManifest(text: string, host: string): Manifest {
  const raw = parseJson(text, RawManifest, host)
  const toLayer = ({ mediaType, digest, size }: z.infer<typeof RawLayer>): Layer => {
    const sha256 = hashOfDigest(digest)
    const sizeBytes = size === 0 ? 0 : knownSize(size)
    if (sha256 === null || sizeBytes === null) throw answerInvalid(host)
    return { kind: mediaType.startsWith(PREFIX) ? mediaType.slice(PREFIX.length) : mediaType, sha256, sizeBytes }
  }
  return {
    layers: raw.layers.map(toLayer),
    config: raw.config ? toLayer(raw.config) : null,
    digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
  }
}

/** Media type of a kind of layer. */
export function mediaTypeOf(kind: string): string {
  return `${PREFIX}${kind}`
}

const ROLES: Record<string, PlannedFile['role']> = { model: 'weights', projector: 'projector', adapter: 'adapter' }

/**
 * The files of a manifest, named after model and tag. Throws `model_unsupported` for one without a GGUF.
 *
 * @param base safe part of a file's name, as `qwen2.5-3b`
 */
export function filesOf(manifest: Manifest, base: string): PlannedFile[] {
  const counts = { weights: 0, projector: 0, adapter: 0 }
  const files = manifest.layers.flatMap(({ kind, sha256, sizeBytes }): PlannedFile[] => {
    const role = Object.hasOwn(ROLES, kind) ? ROLES[kind] : undefined
    if (role === undefined) return []
    counts[role] += 1
    const number = counts[role] === 1 ? '' : `-${counts[role]}`
    const prefix = { weights: '', projector: 'mmproj-', adapter: 'adapter-' }[role]
    return [{ path: `${prefix}${base}${number}.gguf`, sizeBytes, sha256, role }]
  })
  if (counts.weights === 0) {
    throw new AppError({
      code: 'model_unsupported',
      message: 'The registry keeps this model in a form that is no GGUF file.',
      suggestion: 'Choose another model or another tag.',
    })
  }
  const order = ['weights', 'projector', 'adapter']
  return files
    .filter(({ path }) => safeRepoPath(path))
    .toSorted((left, right) => order.indexOf(left.role) - order.indexOf(right.role))
}
