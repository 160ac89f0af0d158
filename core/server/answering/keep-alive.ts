import { z } from 'zod'
import { parseKeepAlive } from '../../../shared/domain/keep-alive.ts'
import { wrong } from './parameters.ts'

/** Seconds, or a duration as Go writes it. */
export const keepAliveField = z.union([z.number(), z.string()], { error: 'must be seconds or a duration as 5m' })

/**
 * How long the model stays, as a request says it.
 * @throws AppError invalid_input
 */
export function keepAliveOf(written: string | number | undefined): { keepAliveSeconds?: number } {
  if (written === undefined) return {}
  const seconds = parseKeepAlive(written)
  if (seconds === null) throw wrong('keep_alive', 'it must be seconds or a duration as 5m')
  return { keepAliveSeconds: seconds }
}
