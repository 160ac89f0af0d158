import { AppError } from '../../shared/domain/errors.ts'

/** What a request is to others. */
export interface RequestKind {
  /** It computes, so it ends what runs in the background. */
  interrupts?: boolean
  /** It gives way to everything that computes. */
  isBackground?: boolean
  /** The chat that it belongs to. */
  cacheKey?: string
}

/** One request from its arrival to its end. */
export interface Request {
  /** Aborted with an AppError `cancelled`, by the host or, in the background, by another request. */
  readonly signal: AbortSignal
  /** Resolves when what it interrupted has ended. */
  readonly cleared: Promise<void>
  /** Whether nothing else computes. */
  isAlone(): boolean
  /** Whether the host itself cancelled it. */
  isCancelled(): boolean
  /** Whether its chat was erased since it arrived. */
  isForgotten(): boolean
  end(): void
}

/** The requests that the engine has taken on. */
export interface Running {
  begin(id: number, kind: RequestKind): Request
  cancel(id: number): void
  /** Requests of this chat, or all, leave nothing behind. */
  forget(cacheKey: string | null): void
  readonly isIdle: boolean
}

interface Entry {
  kind: RequestKind
  abort: AbortController
  ended: Promise<void>
  isCancelled: boolean
  isForgotten: boolean
}

/** @param on told when the first of several requests begins, and when the last one has ended */
export function createRunning(on: { busy: () => void; idle: () => void }): Running {
  const entries = new Map<number, Entry>()

  function interruptBackground(): Promise<void>[] {
    const background = [...entries.values()].filter((entry) => entry.kind.isBackground)
    for (const { abort } of background) abort.abort(cancelled())
    return background.map((entry) => entry.ended)
  }

  return {
    begin(id, kind) {
      const interrupted = kind.interrupts ? interruptBackground() : []
      let markEnded = () => {}
      const entry: Entry = {
        kind,
        abort: new AbortController(),
        ended: new Promise((resolve) => {
          markEnded = resolve
        }),
        isCancelled: false,
        isForgotten: false,
      }
      if (entries.size === 0) on.busy()
      entries.set(id, entry)
      return {
        signal: entry.abort.signal,
        cleared: Promise.all(interrupted).then(() => undefined),
        isAlone: () => ![...entries.values()].some((other) => other !== entry && other.kind.interrupts),
        isCancelled: () => entry.isCancelled,
        isForgotten: () => entry.isForgotten,
        end: () => {
          entries.delete(id)
          markEnded()
          if (entries.size === 0) on.idle()
        },
      }
    },
    cancel(id) {
      const entry = entries.get(id)
      if (entry === undefined) return
      entry.isCancelled = true
      entry.abort.abort(cancelled())
    },
    forget(cacheKey) {
      for (const entry of entries.values()) {
        if (cacheKey === null || entry.kind.cacheKey === cacheKey) entry.isForgotten = true
      }
    },
    get isIdle() {
      return entries.size === 0
    },
  }
}

function cancelled(): AppError {
  return new AppError({ code: 'cancelled', message: 'Stopped.' })
}
