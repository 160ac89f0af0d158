import type { ErrorInfo } from '../../shared/domain/errors.ts'

/** What happens to a download that did not succeed. */
export type AfterFailure =
  /** It goes on by itself after so many milliseconds; `all`: everything from that hub waits with it. */
  { type: 'wait'; ms: number; all: boolean } | { type: 'pause' } | { type: 'fail' }

const FIRST_WAIT_MS = 5000
const LONGEST_WAIT_MS = 60_000
const DISK_WAIT_MS = 30_000
const HUB_TRIES = 6
/** A night without network. */
const SILENCE_LIMIT_MS = 12 * 60 * 60 * 1000

/**
 * @param tries how often in a row, this one included, it ended without a byte more
 * @param failingForMs how long that has been going on
 */
export function afterFailure(error: ErrorInfo, tries: number, failingForMs: number): AfterFailure {
  const backOff = { type: 'wait', ms: Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)), all: false } as const
  switch (error.code) {
    case 'hub_rate_limited': {
      // One second more than it says: windows are counted in whole seconds.
      return { type: 'wait', ms: (Number(error.data?.['seconds'] ?? 60) + 1) * 1000, all: true }
    }
    case 'disk_full':
      return { type: 'wait', ms: DISK_WAIT_MS, all: false }
    case 'hub_unreachable':
    case 'captive_portal':
      return backOff
    case 'download_stalled':
      return failingForMs < SILENCE_LIMIT_MS ? backOff : { type: 'fail' }
    case 'hub_failed':
    case 'hub_answer_invalid':
      return tries < HUB_TRIES ? backOff : { type: 'fail' }
    case 'hub_gated':
    case 'hub_token_refused':
      return { type: 'pause' }
    default:
      return { type: 'fail' }
  }
}
