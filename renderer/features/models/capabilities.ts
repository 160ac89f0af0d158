import type { Model } from '../../../shared/domain/models.ts'

export type Capability = 'chat' | 'embedding' | 'tools' | 'thinking'

/**
 * What a model can do, as far as its files tell: embedding models make vectors; a chat template that takes `tools` was
 * written for a model that calls them, and one that opens `<think>` or can switch it for a model that thinks first. What was
 * tried here counts more.
 */
export function capabilitiesOf({
  facts,
  defaults,
  conformance = null,
}: Pick<Model, 'facts' | 'defaults'> & Partial<Pick<Model, 'conformance'>>): Capability[] {
  if (facts.kind === 'embedding') return ['embedding']
  const template = defaults.template ?? defaults.goTemplate ?? facts.chatTemplate ?? ''
  const tools = conformance === null ? /\btools\b|\.Tools\b/.test(template) : conformance.tools !== 'none'
  const thinking =
    conformance === null
      ? /enable_thinking|<think>|reasoning_content|\.Think/.test(template)
      : conformance.thinking !== null
  return ['chat', ...(tools ? (['tools'] as const) : []), ...(thinking ? (['thinking'] as const) : [])]
}

/** Whether the model came with a projector for pictures or sound, which this engine does not use. */
export function isTextOnlyHere({ files }: Pick<Model, 'files'>): boolean {
  return files.some((file) => file.role === 'projector')
}
