import type { Model } from '../../../shared/domain/models.ts'

export type Capability = 'chat' | 'embedding' | 'tools' | 'thinking'

/**
 * What a model can do, as far as its files tell: embedding models make vectors; a chat template that takes `tools` was
 * written for a model that calls them, and one that opens `<think>` or can switch it for a model that thinks first.
 */
export function capabilitiesOf({ facts, defaults }: Pick<Model, 'facts' | 'defaults'>): Capability[] {
  if (facts.kind === 'embedding') return ['embedding']
  const template = defaults.template ?? facts.chatTemplate ?? ''
  return [
    'chat',
    ...(/\btools\b/.test(template) ? (['tools'] as const) : []),
    ...(/enable_thinking|<think>|reasoning_content/.test(template) ? (['thinking'] as const) : []),
  ]
}

/** Whether the model came with a projector for pictures or sound, which this engine does not use. */
export function isTextOnlyHere({ files }: Pick<Model, 'files'>): boolean {
  return files.some((file) => file.role === 'projector')
}
