import type { GgufValue } from './header.ts'
import { numberOf, perLayer } from './metadata.ts'

type Key = (name: string) => GgufValue | undefined

/** All layers keep a state instead of keys and values (llama-arch.cpp, `llm_arch_is_recurrent`). */
const recurrent = new Set(['mamba', 'mamba2', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7'])
/** Layers without KV heads keep one. */
const byHeads = new Set(['jamba', 'plamo2', 'granitehybrid', 'lfm2', 'lfm2moe', 'kimi-linear'])
/** All but each fourth layer, unless the file says otherwise. */
const byInterval = new Set(['qwen3next', 'qwen35', 'qwen35moe'])
/** Layers of three kinds: neither KV heads nor a feed-forward part mean a state. */
const byHeadsAndWidth = new Set(['nemotron_h', 'nemotron_h_moe'])

/** Which layers keep a state of fixed size, as llama.cpp finds out (`is_recr_impl` in src/models). */
export function recurrentLayers(architecture: string, key: Key, layers: number): boolean[] {
  const all = (value: boolean) => Array.from({ length: layers }, () => value)
  if (recurrent.has(architecture) || architecture === 'falcon-h1') return all(true)
  if (byHeads.has(architecture) || byHeadsAndWidth.has(architecture)) {
    const heads = perLayer(key('attention.head_count_kv'), layers)
    const widths = byHeadsAndWidth.has(architecture) ? perLayer(key('feed_forward_length'), layers) : null
    return all(false).map((_, layer) => heads?.[layer] === 0 && (widths?.[layer] ?? 0) === 0)
  }
  if (!byInterval.has(architecture)) return all(false)
  const listed = perLayer(key('attention.recurrent_layers'), layers)
  if (listed !== null) return listed.map((value) => value !== 0)
  const interval = numberOf(key('full_attention_interval')) ?? 4
  return all(false).map((_, layer) => (layer + 1) % interval !== 0)
}

/** Values of the state that one such layer keeps for a sequence (`n_embd_r` + `n_embd_s`); null when not said. */
export function recurrentStateValues(architecture: string, key: Key, embeddingLength: number): number | null {
  const headSize = numberOf(key('wkv.head_size'))
  if (headSize !== null) {
    const shifts =
      numberOf(key('token_shift_count')) ?? (architecture.endsWith('qwen2') || architecture === 'arwkv7' ? 1 : 2)
    return shifts * embeddingLength + embeddingLength * headSize
  }
  const shortCache = numberOf(key('shortconv.l_cache'))
  if (shortCache !== null) return embeddingLength * (shortCache - 1)
  const kernel = numberOf(key('ssm.conv_kernel'))
  const deltaHead = numberOf(key('kda.head_dim'))
  if (deltaHead !== null) {
    const heads = perLayer(key('attention.head_count'), 1)?.[0]
    if (heads === undefined) return null
    return 3 * ((kernel ?? 4) - 1) * heads * deltaHead + deltaHead * deltaHead * heads
  }
  const inner = numberOf(key('ssm.inner_size'))
  const state = numberOf(key('ssm.state_size'))
  if (kernel === null || inner === null || state === null) return null
  const groups = numberOf(key('ssm.group_count')) ?? 0
  return Math.max(0, kernel - 1) * (inner + 2 * groups * state) + state * inner
}
