import type { ServerExchange } from '../../../../shared/domain/server.ts'

export type PhaseName = 'queue' | 'load' | 'read' | 'write'
export interface Phase {
  name: PhaseName
  ms: number
}

/**
 * What the time of a request was spent on, in order: waiting, loading the model, reading the prompt until the first
 * token, writing. Empty where no model was asked. Only what is known is in it; none is negative.
 */
export function phasesOf({ queueMs, loadMs, firstTokenMs, durationMs }: ServerExchange['timings']): Phase[] {
  if (firstTokenMs === null && queueMs === null && loadMs === null) return []
  const before = (queueMs ?? 0) + (loadMs ?? 0)
  const phases: Phase[] = [
    { name: 'queue', ms: queueMs ?? 0 },
    { name: 'load', ms: loadMs ?? 0 },
    { name: 'read', ms: firstTokenMs === null ? 0 : firstTokenMs - before },
    { name: 'write', ms: firstTokenMs === null || durationMs === null ? 0 : durationMs - firstTokenMs },
  ]
  return phases.filter(({ ms }) => ms > 0)
}
