import type { ErrorInfo } from '../domain/errors.ts'
import type { PromptMessage } from '../domain/generation.ts'
import type { BackendProbe, CpuFacts } from '../domain/hardware.ts'
import type { ChatTemplateSource, GgufFacts, ModelCheck } from '../domain/models.ts'
import type { LoadOptions } from './engine.ts'

/** What a throwaway process is asked; it answers once and ends. */
export type ProbeRequest =
  /** `partial`: what lies at the path is only the beginning of a file of that size. */
  | { type: 'gguf'; path: string; partial?: { sizeBytes: number } }
  | { type: 'cpu' }
  | { type: 'backend'; backend: BackendProbe['backend'] }
  /** Loads a model and lets it answer. `chatTemplate` is the one to render, its own or a person's; null has none. */
  | { type: 'check'; options: LoadOptions; kind: GgufFacts['kind']; chatTemplate: string | ChatTemplateSource | null }
  /** Renders a template, Jinja where only its text is given; with a model's path its tokens are counted too. */
  | { type: 'template'; path: string | null; template: string | ChatTemplateSource; messages: PromptMessage[] }
  /** Reads from memory with so many threads, at least `bytes` in each round. */
  | { type: 'bandwidth'; threads: number; bytes: number }

/** The part of a check that trying the model brings. */
export type CheckFindings = Pick<ModelCheck, 'loads' | 'templateRenders' | 'answers' | 'stops' | 'error'>

export type ProbeReply =
  | {
      type: 'gguf'
      facts: GgufFacts
      /** Of this file. */
      sizeBytes: number
      /** False: the header was not read to its end, or shards are missing; parameters are not those of all. */
      complete: boolean
      /** Files that the model is split into. */
      shards: number
    }
  | { type: 'cpu'; cpu: CpuFacts }
  | { type: 'backend'; probe: BackendProbe }
  | { type: 'check'; findings: CheckFindings }
  | { type: 'template'; text: string; tokens: number | null }
  | { type: 'bandwidth'; bytesPerSecond: number }
  | { type: 'error'; error: ErrorInfo }
