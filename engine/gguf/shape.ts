import type { ModelShape } from '../../shared/domain/models.ts'
import type { GgufHeader, GgufTensor, GgufValue } from './header.ts'
import { numberOf, perLayer } from './metadata.ts'
import { recurrentLayers, recurrentStateValues } from './recurrent.ts'
import { slidingLayers } from './sliding.ts'

/** Encoders and diffusion models (llama-model.cpp, `create_memory`): the whole text is read at once, nothing is kept. */
const withoutCache = new Set([
  'bert',
  'jina-bert-v2',
  'jina-bert-v3',
  'nomic-bert',
  'nomic-bert-moe',
  'neo-bert',
  'eurobert',
  'modern-bert',
  'gemma-embedding',
  'dream',
  'llada',
  'llada-moe',
  'rnd1',
])

/** Their caches hold more than keys and values (indexers, encoders), which is not reckoned here. */
const unreckoned = new Set([
  't5',
  't5encoder',
  'minimax-m3',
  'minimax-01',
  'glm-dsa',
  'deepseek32',
  'deepseek4',
  'hy_v4',
  'dots3note',
  'qwen4exp',
  'bailingmoe3',
  'kimi-k3',
  'clip',
])

const maxLayers = 100_000
const bytesOfF32 = 4

/**
 * The parts of a network that decide how much memory and time it takes, by the rules of llama.cpp's KV cache
 * (llama-kv-cache.cpp, llama-hparams.cpp). Null when the header leaves out what it takes, or when the architecture
 * keeps more than these rules know: a guess that says so is better than a wrong figure.
 */
export function shapeOf(header: Pick<GgufHeader, 'metadata' | 'tensors'>, architecture: string): ModelShape | null {
  const { metadata } = header
  const key = (name: string) => metadata.get(`${architecture}.${name}`)
  if (unreckoned.has(architecture)) return null
  const blocks = numberOf(key('block_count'))
  const embeddingLength = numberOf(key('embedding_length'))
  const vocabularySize = numberOf(key('vocab_size')) ?? lengthOf(metadata.get('tokenizer.ggml.tokens'))
  if (blocks === null || embeddingLength === null || vocabularySize === null) return null
  // Layers that only predict further ahead are not computed.
  const layers = blocks - (numberOf(key('nextn_predict_layers')) ?? 0)
  if (!Number.isInteger(layers) || layers < 1 || layers > maxLayers) return null

  const recurrent = recurrentLayers(architecture, key, layers)
  const state = recurrent.some(Boolean) ? recurrentStateValues(architecture, key, embeddingLength) : 0
  if (state === null) return null
  const cache = withoutCache.has(architecture)
    ? { full: 0, sliding: 0, window: 0, queries: undefined }
    : cacheOf(architecture, key, layers, embeddingLength)
  if (cache === null) return null

  const experts = positive(key('expert_count'))
  const expertsUsed = experts === null ? null : (perLayer(key('expert_used_count'), 1)?.[0] ?? null)
  return {
    layers,
    embeddingLength,
    vocabularySize,
    kvValuesPerToken: cache.full,
    slidingKvValuesPerToken: cache.sliding,
    slidingWindow: cache.window,
    recurrentBytes: state * bytesOfF32 * recurrent.filter(Boolean).length,
    experts,
    expertsUsed,
    activeParameters: activeParameters(header.tensors, layers, experts, expertsUsed),
    ...(cache.queries === undefined ? {} : { queriesPerKv: cache.queries }),
  }
}

type Key = (name: string) => GgufValue | undefined

interface Cache {
  full: number
  sliding: number
  window: number
  /** Query heads for each KV head. */
  queries: number | undefined
}

function cacheOf(architecture: string, key: Key, layers: number, embeddingLength: number): Cache | null {
  const heads = perLayer(key('attention.head_count'), layers)
  const kvHeads = perLayer(key('attention.head_count_kv'), layers) ?? heads
  // Recurrent through and through.
  if (kvHeads === null) return recurrentLayers(architecture, key, layers).every(Boolean) ? noCache : null
  const most = Math.max(0, ...(heads ?? []))
  const usual = most > 0 ? embeddingLength / most : null
  const keyLength = numberOf(key('attention.key_length')) ?? usual
  const valueLength = numberOf(key('attention.value_length')) ?? usual
  if (keyLength === null || valueLength === null) return recurrentOnly(kvHeads)
  const slidingKeyLength = numberOf(key('attention.key_length_swa')) ?? keyLength
  const slidingValueLength = numberOf(key('attention.value_length_swa')) ?? valueLength
  // Multi-head latent attention: values are read out of the keys.
  const latent = positive(key('attention.key_length_mla')) !== null

  const { window, sliding } = slidingLayers(architecture, key, layers)
  const recurrent = recurrentLayers(architecture, key, layers)
  // Both kinds at once in each layer.
  const both = architecture === 'falcon-h1'
  const withCache = layersWithCache(architecture, key, layers)
  const cache: Cache = { full: 0, sliding: 0, window, queries: undefined }
  let queries = 0
  let kvs = 0
  for (let layer = 0; layer < withCache; layer++) {
    const count = kvHeads[layer] ?? 0
    if ((recurrent[layer] === true && !both) || count === 0) continue
    queries += heads?.[layer] ?? count
    kvs += count
    if (sliding[layer] === true) cache.sliding += count * (slidingKeyLength + (latent ? 0 : slidingValueLength))
    else cache.full += count * (keyLength + (latent ? 0 : valueLength))
  }
  if (kvs > 0) cache.queries = queries / kvs
  return cache
}

const noCache: Cache = { full: 0, sliding: 0, window: 0, queries: undefined }

/** Mamba has heads of no length. */
function recurrentOnly(kvHeads: readonly number[]): Cache | null {
  return kvHeads.every((count) => count === 0) ? noCache : null
}

/** The last layers of Gemma 3n and 4 use the cache of earlier ones. */
function layersWithCache(architecture: string, key: Key, layers: number): number {
  if (architecture === 'gemma3n') return Math.min(20, layers)
  return Math.max(0, layers - (numberOf(key('attention.shared_kv_layers')) ?? 0))
}

/**
 * Parameters that one token passes through: of the experts only those that are used, and no table of which only one row
 * is read. Null when no tensor is known.
 */
function activeParameters(
  tensors: readonly GgufTensor[],
  layers: number,
  experts: number | null,
  used: number | null,
): number | null {
  if (tensors.length === 0) return null
  const tied = !tensors.some(({ name }) => name === 'output.weight')
  const share = experts !== null && used !== null ? Math.min(1, used / experts) : 1
  let sum = 0
  for (const { name, elements } of tensors) {
    if (name === 'token_embd.weight' && !tied) continue
    if (/^(per_layer_token_embd|position_embd|token_types)\./.test(name)) continue
    const layer = /^blk\.(\d+)\./.exec(name)?.[1]
    if (layer !== undefined && Number(layer) >= layers) continue
    sum += /_exps\./.test(name) ? elements * share : elements
  }
  return Math.round(sum)
}

function lengthOf(value: GgufValue | undefined): number | null {
  return typeof value === 'object' ? value.length : null
}

function positive(value: GgufValue | undefined): number | null {
  const number = numberOf(value)
  return number !== null && number > 0 ? number : null
}
