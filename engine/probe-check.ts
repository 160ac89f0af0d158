import { AppError, toErrorInfo, type ErrorInfo } from '../shared/domain/errors.ts'
import type { PromptMessage } from '../shared/domain/generation.ts'
import type { EngineRequest, EngineToHost, HostToEngine } from '../shared/process/engine.ts'
import type { CheckFindings, ProbeRequest } from '../shared/process/probe.ts'
import { createEngine } from './engine.ts'
import { previewTemplate } from './probe-template.ts'

type CheckRequest = Extract<ProbeRequest, { type: 'check' }>
type Message<T extends EngineToHost['type']> = Extract<EngineToHost, { type: T }>

const question: PromptMessage[] = [{ role: 'user', content: 'What is the capital of France? Answer with one word.' }]
const conversation: PromptMessage[] = [
  ...question,
  { role: 'assistant', content: 'Paris.' },
  { role: 'user', content: 'Thank you. Say goodbye.' },
]
const plainPrompt = 'The capital of France is'
/** Tokens within which a short answer should have ended. */
const answerTokens = 64

/** Tries a model as a person would use it: loads it, renders its template, lets it write, and waits for it to stop. */
export async function checkModel(request: CheckRequest): Promise<CheckFindings> {
  const findings: CheckFindings = { loads: false, templateRenders: null, answers: null, stops: null, error: null }
  if (request.chatTemplate !== null) {
    try {
      const template = request.chatTemplate
      const { text } = await previewTemplate({ type: 'template', path: null, template, messages: conversation })
      findings.templateRenders = text !== ''
    } catch (error) {
      findings.templateRenders = false
      findings.error = toErrorInfo(error)
    }
  }
  const found = await tryModel(request).catch((error: unknown) => ({ error: toErrorInfo(error) }))
  return { ...findings, ...found, error: found.error ?? findings.error }
}

async function tryModel({ options, kind, chatTemplate }: CheckRequest): Promise<Partial<CheckFindings>> {
  const { ask } = converse()
  await ask({ type: 'load', options }, 'ready')
  try {
    return kind === 'embedding' ? await tryVector(ask) : await tryAnswer(ask, chatTemplate !== null)
  } catch (error) {
    const answers = kind === 'embedding' ? null : false
    return { loads: kind !== 'embedding', answers, error: toErrorInfo(error) }
  }
}

type Ask = <T extends EngineToHost['type']>(message: HostToEngine, until: T) => Promise<Message<T>>

/** An engine in this process, asked one thing at a time. */
function converse(): { ask: Ask } {
  let listener: (message: EngineToHost) => void = () => undefined
  const engine = createEngine((message) => listener(message))
  return {
    ask: (message, until) =>
      new Promise((resolve, reject) => {
        listener = (reply) => {
          if (reply.type === 'error') reject(new AppError(reply.error))
          else if (isOf(reply, until)) resolve(reply)
        }
        engine.handle(message)
      }),
  }
}

function isOf<T extends EngineToHost['type']>(message: EngineToHost, type: T): message is Message<T> {
  return message.type === type
}

async function tryVector(ask: Ask): Promise<Partial<CheckFindings>> {
  const inputs = ['Paris is the capital of France.']
  const { vectors } = await ask({ type: 'embed', id: 1, inputs, truncate: false }, 'vectors')
  const vector = vectors[0] ?? []
  const usable = vector.length > 0 && vector.every(Number.isFinite) && vector.some((value) => value !== 0)
  return usable ? { loads: true } : { error: noAnswer('It turned a text into a vector of nothing.') }
}

async function tryAnswer(ask: Ask, chats: boolean): Promise<Partial<CheckFindings>> {
  const request = requestFor(chats)
  const done = await ask({ type: 'generate', id: 1, request, priority: 'batch', owner: 'check' }, 'done')
  const answers = done.usage.completion > 0
  return {
    loads: true,
    answers,
    // Not to have ended yet is no fault: some think first.
    stops: chats && done.reason === 'stop' ? true : null,
    ...(answers ? {} : { error: noAnswer('It ended its answer before the first word.') }),
  }
}

function requestFor(chats: boolean): EngineRequest {
  return {
    input: chats ? { kind: 'messages', messages: question } : { kind: 'prompt', prompt: plainPrompt },
    sampling: { temperature: 0 },
    maxTokens: chats ? answerTokens : 1,
    stop: [],
    constraint: { kind: 'none' },
    tools: [],
    toolChoice: 'auto',
    parallelToolCalls: true,
    reasoning: { mode: 'auto' },
    echo: false,
    truncate: true,
    seed: 1,
  }
}

function noAnswer(message: string): ErrorInfo {
  return {
    code: 'model_check_failed',
    message,
    suggestion: 'The file may be damaged. Check the files, or download the model again.',
    data: { message },
  }
}
