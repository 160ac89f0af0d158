import type { ProgramContext } from './program-context.ts'

/** Does something that Ctrl-C and SIGTERM abort. */
export async function interruptible<T>(
  context: Pick<ProgramContext, 'onStopSignal'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController()
  const leave = context.onStopSignal(() => interrupt.abort())
  try {
    return await work(interrupt.signal)
  } finally {
    leave()
  }
}
