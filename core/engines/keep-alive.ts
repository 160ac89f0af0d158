import { parseKeepAlive } from '../../shared/domain/keep-alive.ts'

/** Seconds that a program's model stays unless it says so: HEARTH_KEEP_ALIVE, OLLAMA_KEEP_ALIVE, then the setting. */
export function defaultKeepAlive(env: NodeJS.ProcessEnv, settings: { keepAliveMinutes: number }): number {
  return (
    parseKeepAlive(env['HEARTH_KEEP_ALIVE'] ?? '') ??
    parseKeepAlive(env['OLLAMA_KEEP_ALIVE'] ?? '') ??
    (settings.keepAliveMinutes < 0 ? -1 : settings.keepAliveMinutes * 60)
  )
}

/** How long one model stays. */
export interface Stay {
  /** Someone asked for it, in the window or as a program; `seconds` as it said. */
  asked(by: 'person' | 'program', seconds: number | undefined): void
  /** Its last work ended now, or work began. */
  idle(): void
  busy(): void
  /** Milliseconds until it is unloaded; null: stays until its memory is needed, or works. */
  leftMs(): number | null
  /** Whether a person chose it in the window. */
  readonly chosen: boolean
}

/**
 * A stay that runs from the end of the last work, on the monotonic clock, so that a wall clock that is set changes
 * nothing. What a person chose in the window stays until its memory is needed, whatever programs ask meanwhile.
 *
 * @param clock monotonic milliseconds
 */
export function createStay(clock: () => number, defaultSeconds: () => number): Stay {
  let chosen = false
  let own: number | undefined
  let idleSince: number | null = clock()
  return {
    asked(by, seconds) {
      if (by === 'person') chosen = seconds === undefined || seconds < 0
      own = seconds ?? own
    },
    idle() {
      idleSince = clock()
    },
    busy() {
      idleSince = null
    },
    get chosen() {
      return chosen
    },
    leftMs() {
      const seconds = own ?? defaultSeconds()
      if (idleSince === null || chosen || seconds < 0) return null
      return Math.max(0, idleSince + seconds * 1000 - clock())
    },
  }
}
