import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { modelfileOf } from '../../models/modelfile/describe.ts'
import { parametersOf } from '../../models/modelfile/parameters.ts'
import { fieldsOf, parse } from '../answering/parameters.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import { findNamed } from './errors.ts'

/** When what stays for ever is said to end. */
const FOR_EVER_MS = 100 * 365 * 24 * 3_600_000

/** What ships with the program is as old as this run of it, as far as anybody can tell. */
const startedAt = Date.now()

/** `GET /api/tags`. */
export function tags(): ServerHandler {
  return (c) =>
    c.json({
      models: c
        .get('models')
        .list()
        .filter(({ problem }) => problem === null)
        .map(toListing),
    })
}

/** `GET /api/ps`: what is in memory, the longest to stay first. */
export function ps(deps: Pick<ServerDeps, 'clock'>): ServerHandler {
  return (c) => {
    const now = deps.clock()
    const expiry = ({ unloadAt }: LoadedModel) => unloadAt ?? now + FOR_EVER_MS
    const visible = c.get('models')
    const models = visible
      .loaded()
      .filter(({ state }) => state === 'ready')
      .toSorted((a, b) => expiry(b) - expiry(a))
      .flatMap((loaded) => {
        const model = visible.find(loaded.model)
        if (model === undefined) return []
        const size = loaded.memoryBytes ?? model.sizeBytes
        return {
          ...toListing(model),
          size,
          // Whether a model lies wholly in the memory of a GPU is all that is known.
          size_vram: loaded.gpuLayers === null || loaded.gpuLayers === 0 ? 0 : size,
          expires_at: new Date(expiry(loaded)).toISOString(),
          context_length: loaded.contextLength ?? 0,
        }
      })
    return c.json({ models })
  }
}

export const ShowBody = z.object({
  model: z.string().optional(),
  name: z.string().optional(),
  verbose: z.boolean().optional(),
})

/** `POST /api/show`. */
export function show(): ServerHandler {
  return async (c) => {
    const body = parse(ShowBody, fieldsOf(await readJson(c.req.raw)))
    const model = findNamed(c, body.model || body.name, 'model is required')
    const { facts, defaults, made } = model
    return c.json({
      license: model.licenceText ?? facts.licence ?? '',
      modelfile: modelfileOf(model),
      parameters: parametersOf(defaults)
        .map(({ name, value }) => `${name.padEnd(30)} ${name === 'stop' ? JSON.stringify(value) : value}`)
        .join('\n'),
      template: defaults.template ?? defaults.goTemplate ?? facts.chatTemplate ?? '',
      ...(defaults.system === null ? {} : { system: defaults.system }),
      details: detailsOf(model),
      messages: made?.messages ?? [],
      model_info: infoOf(model),
      capabilities: capabilitiesOf(model),
      modified_at: modifiedAt(model),
    })
  }
}

function toListing(model: Model) {
  const name = tagged(model.name)
  return {
    name,
    model: name,
    modified_at: modifiedAt(model),
    size: model.sizeBytes,
    digest: digestOf(model),
    details: detailsOf(model),
    capabilities: capabilitiesOf(model),
  }
}

/** A name as listings have it, which is never without a tag. */
function tagged(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`
}

function modifiedAt({ addedAt }: Model): string {
  return new Date(addedAt === 0 ? startedAt : addedAt).toISOString()
}

/** Of the weights; where they were not hashed yet, of what tells them apart. */
function digestOf({ files, name, sizeBytes }: Model): string {
  const known = files.find(({ role }) => role === 'weights')?.sha256
  return known ?? createHash('sha256').update(`${name} ${sizeBytes}`).digest('hex')
}

function detailsOf({ facts, made }: Model): object {
  return {
    parent_model: made?.from ?? '',
    format: 'gguf',
    family: facts.architecture,
    families: [facts.architecture],
    parameter_size: parameterSize(facts.parameters),
    quantization_level: facts.quantization,
    ...(facts.contextLength === null ? {} : { context_length: facts.contextLength }),
    ...(facts.shape === null ? {} : { embedding_length: facts.shape.embeddingLength }),
  }
}

/** As `135.00M` or `3.1B`. */
export function parameterSize(count: number): string {
  const [divisor, unit] = count >= 1e9 ? [1e9, 'B'] : [1e6, 'M']
  return `${(count / divisor).toFixed(unit === 'B' ? 1 : 2)}${unit}`
}

function infoOf({ facts }: Model): object {
  const { architecture, shape } = facts
  return {
    'general.architecture': architecture,
    'general.parameter_count': facts.parameters,
    ...(facts.title === null ? {} : { 'general.basename': facts.title }),
    ...(facts.contextLength === null ? {} : { [`${architecture}.context_length`]: facts.contextLength }),
    ...(shape === null
      ? {}
      : {
          [`${architecture}.embedding_length`]: shape.embeddingLength,
          [`${architecture}.block_count`]: shape.layers,
          [`${architecture}.vocab_size`]: shape.vocabularySize,
        }),
  }
}

/** What a model can do. Tools work for each that writes, through a generic form where its template knows none. */
function capabilitiesOf({ facts, defaults, conformance }: Model): string[] {
  if (facts.kind === 'embedding') return ['embedding']
  const template = defaults.template ?? facts.chatTemplate ?? ''
  const thinks = conformance === null ? /<think>|enable_thinking/.test(template) : conformance.thinking !== null
  return ['completion', ...(conformance?.tools === 'none' ? [] : ['tools']), ...(thinks ? ['thinking'] : [])]
}
