import type { GgufValue } from './header.ts'
import { numberOf, perLayer } from './metadata.ts'

/** Which layers slide when the file does not say: of so many layers the last one sees everything, or the first. */
interface Pattern {
  every: number
  denseFirst?: boolean
  /** Window where the file names none. */
  window?: number
}

/** llama.cpp's `load_swa_pattern` and `set_swa_pattern` calls, by architecture. */
const patterns: Readonly<Record<string, Pattern>> = {
  gemma2: { every: 2, window: 4096 },
  gemma3: { every: 6 },
  gemma3n: { every: 5 },
  'gpt-oss': { every: 2 },
  llama4: { every: 4, window: 8192 },
  cohere2: { every: 4 },
  cohere2moe: { every: 4, denseFirst: true },
  exaone4: { every: 4 },
  'exaone-moe': { every: 4, window: 128 },
  olmo2: { every: 4 },
  plamo3: { every: 8 },
  smallthinker: { every: 4, denseFirst: true },
  afmoe: { every: 4 },
  laguna: { every: 4, denseFirst: true },
  mellum: { every: 4 },
  'muse-glimmer': { every: 4 },
}

/**
 * Which layers see only a window of the context, and how many tokens that is. Phi-3 and Llama name windows that
 * llama.cpp does not use: architectures outside the table slide only where the file lists the layers.
 */
export function slidingLayers(
  architecture: string,
  key: (name: string) => GgufValue | undefined,
  layers: number,
): { window: number; sliding: boolean[] } {
  const none = { window: 0, sliding: Array.from({ length: layers }, () => false) }
  const pattern = Object.hasOwn(patterns, architecture) ? patterns[architecture] : undefined
  const said = key('attention.sliding_window_pattern')
  if (pattern === undefined && !Array.isArray(said)) return none
  const named = numberOf(key('attention.sliding_window'))
  // Llama 4's chunks are always this long, unless the file says that there are none.
  const window = named === 0 ? 0 : architecture === 'llama4' ? 8192 : (named ?? pattern?.window ?? 0)
  // Only the first EXAONE 4 of 32 billion slides.
  if (window <= 0 || (architecture === 'exaone4' && layers !== 64)) return none
  if (Array.isArray(said)) {
    const listed = perLayer(said, layers)
    return listed === null ? none : { window, sliding: listed.map((value) => value !== 0) }
  }
  const every = numberOf(said) ?? pattern?.every ?? 0
  const first = pattern?.denseFirst === true
  const slides = (layer: number) => every === 0 || (first ? layer % every !== 0 : layer % every < every - 1)
  return { window, sliding: none.sliding.map((_, layer) => slides(layer)) }
}
