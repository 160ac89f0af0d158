import { LOCAL_OWNER_ID } from '../../../shared/domain/actor.ts'
import { AppError, type ErrorCode } from '../../../shared/domain/errors.ts'
import type { Conformance, Model } from '../../../shared/domain/models.ts'
import type { Generate } from '../../generation/generate.ts'
import type { Library } from '../../models/library.ts'
import type { IdleJob } from '../idle-work.ts'
import {
  addTo,
  type Answer,
  freeTry,
  hasTags,
  jsonTry,
  parallelTry,
  stopTry,
  thinkingTry,
  toolTry,
  type Try,
} from './tries.ts'

export interface ConformanceDeps {
  library: Pick<Library, 'find' | 'setConformance'>
  /** The ordinary way to the engine, without noting speeds and uses: nobody used the model. */
  generate: Generate
  /** The engine's version; another one tries again. */
  engine: string
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Of one question. */
const DEADLINE_MS = 90_000
const KEPT_CHARACTERS = 400
/** The model or the engine says that it can't do that: an answer too. */
const REFUSALS: readonly ErrorCode[] = [
  'unsupported_parameter',
  'constraint_invalid',
  'invalid_input',
  'model_cannot_chat',
]

type Detail = Conformance['details'][number]

/**
 * Tries each chat model once when nobody needs the machine: whether its JSON holds, how it calls tools, whether what it
 * thinks and its stop strings are recognised.
 */
export function createConformance({ library, generate, engine, now }: ConformanceDeps): IdleJob {
  async function answerOf(model: string, { request }: Try, signal: AbortSignal): Promise<Answer> {
    const answer: Answer = { text: '', reasoning: '', calls: [], reason: null }
    const actor = { ownerId: LOCAL_OWNER_ID, door: 'http', access: 'local' } as const
    for await (const event of generate({ ...request, model, actor, deadlineMs: DEADLINE_MS }, signal)) {
      if (event.type !== 'error') addTo(answer, event)
      else if (REFUSALS.includes(event.error.code)) return { ...answer, reason: null, text: event.error.message }
      else throw new AppError(event.error)
    }
    signal.throwIfAborted()
    return answer
  }

  return {
    name: 'conformance',
    ownRequests: 1,
    next: async (loaded) =>
      loaded.find(({ model: name }) => {
        const model = library.find(name)
        return model?.facts.kind === 'chat' && model.lastUsedAt !== null && model.conformance?.engine !== engine
      })?.model ?? null,
    async run(name, signal) {
      const model = library.find(name)
      if (!model || model.facts.kind !== 'chat') return
      const details: Detail[] = []
      let thought = false
      let leaked = false
      const attempt = async (test: Detail['test'], one: Try) => {
        const answer = await answerOf(name, one, signal)
        thought ||= answer.reasoning !== ''
        leaked ||= hasTags(answer.text)
        const passed = answer.reason !== null && one.passed(answer)
        details.push({ test, passed, answer: kept(one.asked, answer) })
        return { passed, answer }
      }

      const json = await attempt('json', jsonTry())
      const auto = await attempt('tools', toolTry('auto'))
      const forced = await attempt('tools', toolTry('forced'))
      const parallel = forced.passed ? await attempt('parallelTools', parallelTry()) : null
      const free = await answerOf(name, freeTry(), signal)
      const stop = await attempt('stopStrings', stopTry(free.text))
      const thinking = thinksAloud(model) || thought || leaked ? await attempt('thinking', thinkingTry()) : null
      library.setConformance(name, {
        testedAt: now(),
        engine,
        json: json.passed,
        // A template that knows tools but with which none is called serves better with the form that can't fail.
        tools: auto.passed && knowsTools(model) ? 'native' : auto.passed || forced.passed ? 'constrained' : 'none',
        parallelTools: parallel?.passed ?? false,
        thinking: thinking && thinking.passed && !leaked,
        stopStrings: stop.passed,
        details,
      })
    },
  }
}

/** The template that is in force: a person's or a Modelfile's own, else the file's. */
function templateOf({ defaults, facts }: Model): string {
  return defaults.template ?? defaults.goTemplate ?? facts.chatTemplate ?? ''
}

/** Jinja has a variable `tools`, Go templates of Modelfiles a field `.Tools`. */
const knowsTools = (model: Model) => /\btools\b|\.Tools\b/.test(templateOf(model))

const thinksAloud = (model: Model) => /think|reasoning_content|\.Thinking\b|<\|channel\|>/.test(templateOf(model))

function kept(asked: string, { text, reasoning, calls }: Answer): string {
  const parts = [
    reasoning && `(${reasoning.trim()})`,
    text.trim(),
    ...calls.map((call) => `${call.name}(${call.arguments})`),
  ]
  const came = parts.filter((part) => part !== '').join('\n')
  const whole = `${asked}\n→ ${came}`
  const characters = [...whole]
  return characters.length > KEPT_CHARACTERS ? `${characters.slice(0, KEPT_CHARACTERS).join('')}…` : whole
}
