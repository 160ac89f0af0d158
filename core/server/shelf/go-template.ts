import type { Model } from '../../../shared/domain/models.ts'
import { isJinja } from '../../models/modelfile/attachments.ts'
import { parseModelfile } from '../../models/modelfile/parse.ts'
import type { Trials } from '../../models/trials.ts'

/** What other programs need beside the file to talk to a model as it is talked to here. */
export interface OfferedTemplate {
  /** In the language of Go; null where there is none that says the same. */
  template: string | null
  system: string | null
}

/** What the sample conversation says, in order. */
const SAID = ['Hello', 'Hello. What can I do for you?', 'Tell me the time.'] as const
const SYSTEM = 'You are asked by Hearth.'
/** Other programs put the token of the beginning there themselves. */
const BEGINNING = /^(?:<s>|<bos>|<\|begin_of_text\|>|<\|startoftext\|>|<｜begin▁of▁sentence｜>)/

/**
 * A model's template for programs that read the language of Go alone: its own, where it has one; else one that was made
 * by looking at what the model's template does, and that is only given if it does the same.
 */
export async function offeredTemplate(
  { previewTemplate }: Pick<Trials, 'previewTemplate'>,
  model: Model,
): Promise<OfferedTemplate> {
  const { defaults, facts, made } = model
  const { system } = defaults
  if (facts.kind === 'embedding') return { template: null, system }
  const came = defaults.template === null && made !== null ? parseModelfile(made.modelfile).modelfile?.template : null
  const own = defaults.template === null ? (defaults.goTemplate ?? came ?? null) : null
  if (own !== null && !isJinja(own)) return { template: own, system }
  const render = async (template: string | null, first: string | null) => {
    const { text } = await previewTemplate({ name: model.name, template, system: first })
    return text.replace(BEGINNING, '')
  }
  try {
    return (await translated(render, system)) ?? { template: null, system }
  } catch {
    return { template: null, system }
  }
}

async function translated(
  render: (template: string | null, system: string | null) => Promise<string>,
  ownSystem: string | null,
): Promise<OfferedTemplate | null> {
  const asked = await render(null, SYSTEM)
  const [before, afterSystem, afterPrompt, afterAnswer, last] = cut(asked, [SYSTEM, ...SAID]) ?? []
  if (before === undefined || afterSystem === undefined || afterPrompt === undefined || last !== afterPrompt)
    return null
  // With a system prompt of its own nothing ever begins without one.
  const plain = ownSystem === null ? await render(null, null) : null
  const beginning = plain === null ? '' : cut(plain, SAID)?.[0]
  if (afterAnswer === undefined || beginning === undefined) return null
  const repeats = afterAnswer.endsWith(beginning)
  const hasDefault = !repeats && beginning.startsWith(before) && beginning.endsWith(afterSystem)
  if (!repeats && !hasDefault) return null
  const system = hasDefault ? beginning.slice(before.length, beginning.length - afterSystem.length) : ownSystem
  const bare = repeats ? beginning : ''
  const end = afterAnswer.slice(0, afterAnswer.length - bare.length)
  const template = `{{ if .System }}${before}{{ .System }}${afterSystem}{{ else }}${bare}{{ end }}{{ .Prompt }}${afterPrompt}{{ .Response }}${end}`
  if ([before, afterSystem, bare, afterPrompt, end].some((text) => /\{\{|\}\}/.test(text))) return null
  const isSame =
    (await render(template, SYSTEM)) === asked && (plain === null || (await render(template, system)) === plain)
  return isSame ? { template, system } : null
}

/** What stands before, between and behind these texts. */
function cut(text: string, said: readonly string[]): string[] | null {
  const pieces: string[] = []
  let from = 0
  for (const words of said) {
    const at = text.indexOf(words, from)
    if (at < 0) return null
    pieces.push(text.slice(from, at))
    from = at + words.length
  }
  return [...pieces, text.slice(from)]
}
