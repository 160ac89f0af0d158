import { toErrorInfo, type ErrorInfo } from '../shared/domain/errors.ts'
import type { PromptMessage } from '../shared/domain/generation.ts'
import type { EngineRequest, EngineToHost } from '../shared/process/engine.ts'
import type { CheckFindings, ProbeRequest } from '../shared/process/probe.ts'
import { Engine } from './engine.ts'
import { loadModel } from './load.ts'
import { renderTemplate } from './template.ts'

type CheckRequest = Extract<ProbeRequest, { type: 'check' }>

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
      findings.templateRenders = renderTemplate(request.chatTemplate, conversation, undefined).toString() !== ''
    } catch (error) {
      findings.templateRenders = false
      findings.error = toErrorInfo(error)
    }
  }
  const found = request.kind === 'embedding' ? await tryVector(request) : await tryAnswer(request)
  return { ...findings, ...found, error: found.error ?? findings.error }
}

async function tryVector({ options }: CheckRequest): Promise<Partial<CheckFindings>> {
  try {
    const { model } = await loadModel(options, () => undefined)
    const context = await model.createEmbeddingContext({ contextSize: options.contextLength })
    const { vector } = await context.getEmbeddingFor('Paris is the capital of France.')
    const usable = vector.length > 0 && vector.every(Number.isFinite) && vector.some((value) => value !== 0)
    if (!usable) return { error: noAnswer('It turned a text into a vector of nothing.') }
    return { loads: true }
  } catch (error) {
    return { error: toErrorInfo(error) }
  }
}

async function tryAnswer({ options, chatTemplate }: CheckRequest): Promise<Partial<CheckFindings>> {
  let listener: (message: EngineToHost) => void = () => undefined
  const engine = new Engine((message) => listener(message))
  const loadError = await new Promise<ErrorInfo | null>((resolve) => {
    listener = (message) => {
      if (message.type === 'ready') resolve(null)
      if (message.type === 'error') resolve(message.error)
    }
    engine.handle({ type: 'load', options })
  })
  if (loadError !== null) return { error: loadError }
  return new Promise((resolve) => {
    listener = (message) => {
      if (message.type === 'error') resolve({ loads: true, answers: false, error: message.error })
      if (message.type !== 'done') return
      const answers = message.usage.completion > 0
      resolve({
        loads: true,
        answers,
        // Not to have ended yet is no fault: some think first.
        stops: chatTemplate !== null && message.reason === 'stop' ? true : null,
        ...(answers ? {} : { error: noAnswer('It ended its answer before the first word.') }),
      })
    }
    engine.handle({ type: 'generate', id: 1, request: requestFor(chatTemplate !== null) })
  })
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
    reasoning: { mode: 'auto' },
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
