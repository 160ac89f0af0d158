import type { Tuning } from '../../../shared/domain/models.ts'

/** A decode speed that was measured at a depth of the context. */
export interface MeasuredDepth {
  contextTokens: number
  decodeTps: number
}

/** What was measured with the settings that were chosen: at the beginning of a context, then deeper ones. */
export function measuredDepths({ measured, flashAttention, decodeThreads }: Tuning): MeasuredDepth[] {
  const attention = measured.flatMap(({ what, setting, tokensPerSecond }): MeasuredDepth[] => {
    const [way, depth] = setting.split('@')
    if (what !== 'flashAttention' || way !== (flashAttention ? 'on' : 'off')) return []
    return [{ contextTokens: Number(depth), decodeTps: tokensPerSecond }]
  })
  if (attention.length > 0) return attention.toSorted((a, b) => a.contextTokens - b.contextTokens)
  return measured
    .filter(({ what, setting }) => what === 'decode' && setting === String(decodeThreads))
    .map(({ tokensPerSecond }) => ({ contextTokens: 0, decodeTps: tokensPerSecond }))
}

/** Tokens a second to expect so deep in a context: time grows evenly with depth. Null when nothing was measured. */
export function expectedSpeed(tuning: Tuning, contextTokens: number): number | null {
  const depths = measuredDepths(tuning)
  const [first] = depths
  const last = depths.at(-1)
  if (first === undefined || last === undefined) return null
  const shallow = 1 / first.decodeTps
  const slope = last === first ? 0 : (1 / last.decodeTps - shallow) / (last.contextTokens - first.contextTokens)
  return 1 / (shallow + Math.max(0, slope) * Math.max(0, contextTokens - first.contextTokens))
}
