/** A stream of one value that stays open until the signal, so that it is not asked for again and again. */
export async function* onceUntil<T>(value: T, signal: AbortSignal): AsyncGenerator<T> {
  yield value
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
