import { AppError } from '../../shared/domain/errors.ts'
import { errorText } from '../errors.ts'
import type { ProgramContext } from '../program-context.ts'

/** How long running answers may go on after the signal to stop. */
const GRACE_MS = 5000

export interface ServeOptions {
  host: string | null
  port: number | null
  ui: boolean
}

/**
 * `hearth serve`: the core and its HTTP server without a window, until SIGINT or SIGTERM.
 * @throws AppError as the core's and the server's start
 */
export async function serve(context: ProgramContext, options: ServeOptions): Promise<void> {
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => (stop = resolve))
  // Heard from the first moment on, so that a signal during the start is not lost.
  const leave = context.onStopSignal(() => stop())
  try {
    const { core, close } = await context.startCore({ program: 'hearth serve', headless: options })
    try {
      const { status } = core.server.state()
      const [first, ...others] = status.addresses
      context.stdout.write(`Hearth is listening on ${first ?? ''}\n`)
      for (const address of others) context.stdout.write(`Also on ${address}\n`)
      if (status.certificateFingerprint !== null) {
        context.stdout.write(`Its certificate has the SHA-256 fingerprint ${status.certificateFingerprint}\n`)
      }
      if (status.error !== null) context.stderr.write(errorText(new AppError(status.error)))
      if (status.keyRequired) context.stdout.write('Other computers need a key: hearth keys\n')
      else if (!isThisComputerOnly(status.addresses)) {
        context.stderr.write('HEARTH_AUTH=off: every computer that reaches this one may use Hearth without a key.\n')
      }
      if (options.ui) context.stdout.write(`Open ${core.server.createLink().url} in a browser on this computer.\n`)
      await stopped
      await core.server.stop({ graceMs: GRACE_MS })
    } finally {
      await close()
    }
  } finally {
    leave()
  }
}

function isThisComputerOnly(addresses: readonly string[]): boolean {
  return addresses.every((address) => /^(?:127\.|\[::1\]$|localhost$)/.test(new URL(address).hostname))
}
