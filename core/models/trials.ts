import type { PromptMessage } from '../../shared/domain/generation.ts'
import type { ChatTemplateSource, Model, ModelCheck } from '../../shared/domain/models.ts'
import { checkModel, previewTemplate } from '../engines/check-model.ts'
import type { Hardware } from '../hardware/hardware.ts'
import type { Host } from '../host/host.ts'
import type { Library } from './library.ts'
import { weightsOf } from './model-store.ts'
import { isJinja } from './modelfile/attachments.ts'
import type { MadeDraft } from './modelfile/create.ts'

/** What is tried in throwaway processes. */
export interface Trials {
  /** Tries a model and keeps what was found. Throws `model_not_found`. */
  check(name: string): Promise<Model>
  /** Tries what is no model yet. Nothing is kept. */
  tryMade(name: string, made: MadeDraft): Promise<ModelCheck>
  /** A short conversation as a template makes it. Throws `model_not_found`, `invalid_input`. */
  previewTemplate(wanted: {
    name: string
    template: string | null
    system: string | null
  }): Promise<{ text: string; tokens: number | null }>
}

const CONVERSATION: PromptMessage[] = [
  { role: 'user', content: 'Hello' },
  { role: 'assistant', content: 'Hello. What can I do for you?' },
  { role: 'user', content: 'Tell me the time.' },
]

export function createTrials({
  host,
  hardware,
  library,
  now,
}: {
  host: Host
  hardware: Pick<Hardware, 'choice' | 'cpu'>
  library: Pick<Library, 'get' | 'setCheck'>
  now: () => number
}): Trials {
  return {
    async check(name) {
      const model = library.get(name)
      const found = await checkModel(host, hardware, model, now)
      // Whether the files are intact is told by reading them, which this does not.
      return library.setCheck(model.name, { ...found, intact: model.check?.intact ?? null })
    },
    tryMade: (name, made) => checkModel(host, hardware, asModel(name, made), now),
    previewTemplate({ name, template, system }) {
      const model = library.get(name)
      const wanted = template === null ? ownTemplate(model) : sourceOf(template)
      if (wanted === null) return Promise.resolve({ text: '', tokens: null })
      const first = system ?? model.defaults.system
      const messages = first === null ? CONVERSATION : [{ role: 'system' as const, content: first }, ...CONVERSATION]
      return previewTemplate(host, wanted, messages, model.path)
    },
  }
}

function asModel(name: string, made: MadeDraft): Model {
  const weights = weightsOf(made.files)
  return {
    ...made,
    name,
    path: weights[0]?.path ?? '',
    sizeBytes: weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    tags: [],
    favourite: false,
    addedAt: 0,
    lastUsedAt: null,
    measured: null,
    check: null,
    conformance: null,
    tuning: null,
    problem: null,
  }
}

/** The template that answers are written with; null: the model has none. */
function ownTemplate({ defaults, facts }: Pick<Model, 'defaults' | 'facts'>): ChatTemplateSource | null {
  const jinja = defaults.template ?? (defaults.goTemplate === null ? facts.chatTemplate : null)
  if (jinja !== null) return { language: 'jinja', text: jinja }
  return defaults.goTemplate === null ? null : { language: 'go', text: defaults.goTemplate }
}

/** A text that a person wrote, in the language that it is in. */
function sourceOf(text: string): ChatTemplateSource {
  return { language: isJinja(text) || !text.includes('{{') ? 'jinja' : 'go', text }
}
