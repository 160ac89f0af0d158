import { getLlama, LlamaLogLevel, type Tokenizer } from 'node-llama-cpp'
import type { ProbeRequest } from '../shared/process/probe.ts'
import { renderTemplate } from './template.ts'

type TemplateRequest = Extract<ProbeRequest, { type: 'template' }>

/** More of a rendered conversation is not shown. */
const maxTextLength = 1_000_000

/**
 * A conversation as a Jinja template makes it, and how many tokens that is when the model is there to count them.
 *
 * @throws AppError `invalid_input` when it is no template, or refuses the conversation
 */
export async function previewTemplate({
  path,
  template,
  messages,
}: TemplateRequest): Promise<{ text: string; tokens: number | null }> {
  const tokenizer = path === null ? null : await tokenizerOf(path).catch(() => null)
  const rendered = renderTemplate(template, messages, tokenizer ?? undefined)
  const tokens = tokenizer === null ? null : rendered.tokenize(tokenizer).length
  return { text: rendered.toString().slice(0, maxTextLength), tokens }
}

/** Reads the vocabulary of a model, not its weights. */
async function tokenizerOf(path: string): Promise<Tokenizer> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: 1,
    logLevel: LlamaLogLevel.disabled,
  })
  return (await llama.loadModel({ modelPath: path, vocabOnly: true })).tokenizer
}
