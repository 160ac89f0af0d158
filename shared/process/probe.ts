import type { ErrorInfo } from '../domain/errors.ts'
import type { BackendProbe, CpuFacts } from '../domain/hardware.ts'
import type { GgufFacts } from '../domain/models.ts'

/** What a throwaway process is asked; it answers once and ends. */
export type ProbeRequest =
  | { type: 'gguf'; path: string }
  | { type: 'cpu' }
  | { type: 'backend'; backend: BackendProbe['backend'] }

export type ProbeReply =
  | { type: 'gguf'; facts: GgufFacts; sizeBytes: number }
  | { type: 'cpu'; cpu: CpuFacts }
  | { type: 'backend'; probe: BackendProbe }
  | { type: 'error'; error: ErrorInfo }
