import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

const MAX_LOG_BYTES = 5_000_000

/** A log in `<home>/logs/core.log`; the one before is kept as `core.old.log`. Never holds what people write. */
export function createLog(home: string): Log {
  const folder = join(home, 'logs')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'core.log')
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES)
    renameSync(file, join(folder, 'core.old.log'))
  return pino(
    { base: null, redact: ['apiKey', 'headers.authorization', 'headers["x-api-key"]'] },
    pino.destination({ dest: file, sync: false }),
  )
}
