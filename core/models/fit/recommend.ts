import type { FitAnswer, FitCandidate, FitEstimate } from '../../../shared/domain/fit.ts'

/** Tokens a second at which reading along is pleasant. */
const runsWell = 8
/** Above this, more bits bring nothing that anybody notices. */
const enoughBits = 8.6

interface Rated {
  estimate: FitEstimate
  bits: number
  sizeBytes: number
}

/**
 * The candidate to take, and why: the best quality (most bits a weight; beyond 8 they no longer count) that fits with
 * room and writes at least 8 tokens a second; else the best that fits; else the smallest that fits tightly.
 */
export function recommend(
  candidates: readonly FitCandidate[],
  estimates: readonly FitEstimate[],
): FitAnswer['recommended'] {
  const rated = candidates.flatMap((candidate, index): Rated[] => {
    const estimate = estimates[index]
    if (estimate === undefined || estimate.supported === false || estimate.verdict === 'no') return []
    const bits = candidate.parameters === null ? 0 : (candidate.sizeBytes * 8) / candidate.parameters
    return [{ estimate, bits, sizeBytes: candidate.sizeBytes }]
  })
  const [first] = rated
  if (first === undefined) return null
  if (candidates.length === 1) return { id: first.estimate.id, reason: 'onlyOne' }
  const withRoom = rated.filter(({ estimate }) => estimate.verdict !== 'tight')
  const well = withRoom.filter(({ estimate: { speed, verdict } }) =>
    speed === null ? verdict === 'gpu' : speed.tokensPerSecond >= runsWell,
  )
  const best = bestOf(well)
  if (best) return { id: best.estimate.id, reason: 'bestQualityThatRunsWell' }
  const fits = bestOf(withRoom)
  // Nothing is quick here: then the fastest of those that lose little is better than the largest.
  if (fits) {
    const quick = fastestGood(withRoom) ?? fits
    return { id: quick.estimate.id, reason: 'bestQualityThatFits' }
  }
  const smallest = rated.reduce((a, b) => (b.sizeBytes < a.sizeBytes ? b : a))
  return { id: smallest.estimate.id, reason: 'smallestThatFits' }
}

/** Most bits up to what can be told apart; of those above, the smallest file. */
function bestOf(rated: readonly Rated[]): Rated | undefined {
  const within = rated.filter(({ bits }) => bits <= enoughBits)
  if (within.length === 0) return rated.toSorted((a, b) => a.sizeBytes - b.sizeBytes)[0]
  return within.toSorted((a, b) => b.bits - a.bits || b.sizeBytes - a.sizeBytes)[0]
}

/** Four bits and more answer nearly as the original does. */
function fastestGood(rated: readonly Rated[]): Rated | undefined {
  const good = rated.filter(({ bits, estimate }) => bits >= 4.4 && estimate.speed !== null)
  return good.toSorted((a, b) => (b.estimate.speed?.tokensPerSecond ?? 0) - (a.estimate.speed?.tokensPerSecond ?? 0))[0]
}
