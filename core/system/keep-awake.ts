/** Keeps the computer awake while work runs, where there is a desktop that can and the setting wants it. */
export interface KeepAwake {
  /** Events of some work, unchanged: it runs from the first that is asked for until the last, or until they are left. */
  during<T>(events: AsyncIterable<T>): AsyncIterable<T>
  until<T>(work: Promise<T>): Promise<T>
  settingChanged(): void
}

export interface KeepAwakeDeps {
  desktop: { keepAwake(on: boolean): void } | null
  enabled: () => boolean
}

/** What a conversation asks next comes within seconds: so long the computer may not fall asleep between (ms). */
const LINGER_MS = 5_000

export function createKeepAwake({ desktop, enabled }: KeepAwakeDeps): KeepAwake {
  let running = 0
  let held = false
  let timer: NodeJS.Timeout | undefined

  function hold(on: boolean): void {
    clearTimeout(timer)
    if (on === held) return
    held = on
    desktop?.keepAwake(on)
  }

  function begin(): void {
    running++
    if (enabled()) hold(true)
  }

  function end(): void {
    running--
    if (running > 0 || !held) return
    clearTimeout(timer)
    timer = setTimeout(() => hold(false), LINGER_MS)
    timer.unref()
  }

  return {
    async *during(events) {
      begin()
      try {
        yield* events
      } finally {
        end()
      }
    },
    async until(work) {
      begin()
      try {
        return await work
      } finally {
        end()
      }
    },
    settingChanged: () => hold(enabled() && running > 0),
  }
}
