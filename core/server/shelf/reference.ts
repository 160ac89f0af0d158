import { z } from 'zod'
import { MANIFEST_TYPE } from '../../hubs/ollama/manifest.ts'
import type { Operation, Reference } from '../reference/operation.ts'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const Layer = z.strictObject({ mediaType: z.string(), digest, size: z.int().min(0) })

const RegistryManifest = z
  .strictObject({
    schemaVersion: z.literal(2),
    mediaType: z.literal(MANIFEST_TYPE),
    config: Layer,
    layers: z.array(Layer).min(1),
  })
  .meta({ id: 'RegistryManifest' })

export const RegistryError = z
  .strictObject({
    errors: z
      .array(z.strictObject({ code: z.string(), message: z.string().min(1), detail: z.strictObject({}) }))
      .min(1),
  })
  .meta({ id: 'RegistryError' })

const parameters = { namespace: '`library`, or the owner of the model', name: 'Its name' }
const hash = 'b0'.repeat(32)
const layer = (mediaType: string) => ({ mediaType, digest: `sha256:${hash}`, size: 1000 })

const manifest: Operation = {
  summary: 'What a model on the shelf is made of',
  parameters: { ...parameters, tag: 'Its tag' },
  answers: {
    200: {
      description: 'Its files and texts, by their hashes',
      json: {
        type: MANIFEST_TYPE,
        schema: RegistryManifest,
        example: {
          schemaVersion: 2,
          mediaType: MANIFEST_TYPE,
          config: layer('application/vnd.docker.container.image.v1+json'),
          layers: [layer('application/vnd.ollama.image.model')],
        },
      },
    },
  },
  errors: [404, 503],
}

const blob: Operation = {
  summary: 'A file of a model on the shelf, or a part of it',
  description: 'With `Range`, so that a transfer goes on where it was cut off.',
  parameters: { ...parameters, digest: '`sha256:` and 64 hexadecimal digits' },
  answers: {
    200: { description: 'The file', text: { type: 'application/octet-stream', example: 'GGUF…' } },
    206: { description: 'The part', text: { type: 'application/octet-stream', example: 'GGUF…' } },
    304: { description: 'It is the one that the client has' },
  },
  errors: [404, 416, 503],
}

export const shelfReference: Reference = {
  'GET /v2/': {
    summary: 'Whether the shelf is open',
    answers: {
      200: { description: 'It is', json: { schema: z.strictObject({}).meta({ id: 'RegistryRoot' }), example: {} } },
    },
    errors: [404],
  },
  'GET /v2/:namespace/:name/manifests/:tag': manifest,
  'GET /v2/:namespace/:name/blobs/:digest': blob,
}
