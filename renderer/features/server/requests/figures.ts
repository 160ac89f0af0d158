import type { ServerRequest } from '../../../../shared/domain/server.ts'

/** A number with exactly `digits` decimals, so that figures of a column stand under each other. */
export function fixed(value: number, digits: number, language: string): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** Milliseconds as seconds with two decimals: `0.18 s`. Under 10 ms as `3 ms`, from 100 s on without decimals. */
export function seconds(ms: number, language: string): string {
  if (ms < 10) return `${fixed(ms, 0, language)} ms`
  return `${fixed(ms / 1000, ms < 100_000 ? 2 : 0, language)} s`
}

/** Stands for a figure that there is none of. */
export const NOTHING = '–'

/** Whether a request is still being answered. */
export function isRunning({ status, cancelled }: Pick<ServerRequest, 'status' | 'cancelled'>): boolean {
  return status === null && !cancelled
}
