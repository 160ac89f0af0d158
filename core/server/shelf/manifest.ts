import { createHash } from 'node:crypto'
import type { Model } from '../../../shared/domain/models.ts'
import { CONFIG_TYPE, MANIFEST_TYPE, mediaTypeOf } from '../../hubs/ollama/manifest.ts'
import { parametersOf } from '../../models/modelfile/parameters.ts'
import { parameterSize } from '../ollama/models.ts'
import type { OfferedTemplate } from './go-template.ts'

/** A file that was compared with its hash, as it was then. */
export interface VerifiedFile {
  path: string
  sizeBytes: number
  mtimeMs: number
  /** Lower-case hex. */
  sha256: string
  role: 'weights' | 'projector' | 'adapter'
}

export type ShelfBlob = { text: Buffer } | { file: VerifiedFile }

/** A model as a registry has it. */
export interface Offer {
  model: string
  /** The bytes that are sent. */
  manifest: Buffer
  /** Of the manifest, as `sha256:…`. */
  digest: string
  /** By digest. */
  blobs: ReadonlyMap<string, ShelfBlob>
}

const KINDS = { weights: 'model', projector: 'projector', adapter: 'adapter' } as const
/** How this machine loads it is no concern of others. */
const OWN_PARAMETERS = new Set(['num_gpu', 'num_thread', 'num_batch', 'main_gpu', 'use_mmap', 'use_mlock'])

/** What is offered of a model: its files, and beside them what the library knows of it. */
export function toOffer(model: Model, files: readonly VerifiedFile[], { template, system }: OfferedTemplate): Offer {
  const blobs = new Map<string, ShelfBlob>()
  const layers: object[] = []
  const describe = (mediaType: string, sha256: string, size: number) => ({
    mediaType,
    digest: `sha256:${sha256}`,
    size,
  })
  const addText = (mediaType: string, content: string) => {
    const text = Buffer.from(content)
    const described = describe(mediaType, hashOf(text), text.byteLength)
    blobs.set(described.digest, { text })
    return described
  }
  for (const file of files) {
    const described = describe(mediaTypeOf(KINDS[file.role]), file.sha256, file.sizeBytes)
    blobs.set(described.digest, { file })
    layers.push(described)
  }
  const { messages = [] } = model.made ?? {}
  const parameters = parametersFor(model)
  const texts: [string, string | null][] = [
    ['template', template],
    ['system', system],
    ['params', Object.keys(parameters).length === 0 ? null : JSON.stringify(parameters)],
    ['messages', messages.length === 0 ? null : JSON.stringify(messages)],
    ['license', model.licenceText],
  ]
  for (const [kind, text] of texts) if (text !== null && text !== '') layers.push(addText(mediaTypeOf(kind), text))
  const config = addText(CONFIG_TYPE, JSON.stringify(configOf(model, layers)))
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers }))
  return { model: model.name, manifest, digest: `sha256:${hashOf(manifest)}`, blobs }
}

function configOf({ facts }: Model, layers: readonly object[]): object {
  return {
    model_format: 'gguf',
    model_family: facts.architecture,
    model_families: [facts.architecture],
    model_type: parameterSize(facts.parameters),
    file_type: facts.quantization,
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => ('digest' in layer ? layer.digest : null)) },
  }
}

/** Parameters as the protocol has them: numbers as numbers, stop strings as a list. */
function parametersFor({ defaults }: Model): Record<string, unknown> {
  const own = parametersOf(defaults).filter(({ name }) => name !== 'stop' && !OWN_PARAMETERS.has(name))
  const numbers = Object.fromEntries(own.map(({ name, value }) => [name, Number(value)]))
  return defaults.stop.length === 0 ? numbers : { ...numbers, stop: defaults.stop }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
