import { Readable } from 'node:stream'

/**
 * The body of an answer, passed on as it comes. Fails with `onSilence()` when the sender is silent for too long; the
 * time in which the reader takes nothing does not count.
 *
 * @param silenceMs 0: never
 */
export function watchBody(
  source: Readable,
  silenceMs: number,
  onSilence: () => Error,
  toError: (error: unknown) => Error,
): Readable {
  let timer: NodeJS.Timeout | null = null
  const stop = () => {
    if (timer) clearTimeout(timer)
    timer = null
  }
  const body = new Readable({
    highWaterMark: 1 << 18,
    read() {
      if (silenceMs > 0 && timer === null && !source.readableEnded) {
        timer = setTimeout(() => body.destroy(onSilence()), silenceMs)
      }
      source.resume()
    },
    destroy(error, done) {
      stop()
      if (!source.destroyed) source.destroy()
      done(error)
    },
  })
  source.on('data', (piece: Buffer) => {
    timer?.refresh()
    if (body.push(piece)) return
    stop()
    source.pause()
  })
  source.on('end', () => {
    stop()
    body.push(null)
  })
  source.on('error', (error: unknown) => body.destroy(toError(error)))
  source.on('close', () => {
    if (!source.readableEnded && !body.destroyed) body.destroy(toError(new Error('The connection ended early.')))
  })
  source.pause()
  return body
}
