import { join } from 'node:path'
import type { LlamaModel } from 'node-llama-cpp'
import { startCpuLlama } from './cpu-llama.ts'
import type { ProbeRequest } from '../shared/process/probe.ts'
import { controlTexts } from './templates/control-texts.ts'
import { templateTokens, unusableTemplate } from './templates/template.ts'
import { createTemplateThread } from './templates/template-thread.ts'
import { tokenizeRendering } from './templates/tokenize-rendering.ts'

type TemplateRequest = Extract<ProbeRequest, { type: 'template' }>

/** More of a rendered conversation is not shown. */
const maxTextLength = 1_000_000
/** What most models have; shown where no model is there to say its own. */
const usualTokens = { bos: '<s>', eos: '</s>' }

/**
 * A conversation as a template makes it, and how many tokens that is when the model is there to count them. The same
 * code renders for answers.
 *
 * @throws AppError `invalid_input` when it is no template, refuses the conversation, or never ends
 */
export async function previewTemplate({
  path,
  template,
  messages,
}: TemplateRequest): Promise<{ text: string; tokens: number | null }> {
  const model = path === null ? null : await vocabularyOf(path).catch(() => null)
  const setup = {
    source: typeof template === 'string' ? { language: 'jinja' as const, text: template } : template,
    tokens: model === null ? usualTokens : templateTokens(model),
    controls: model === null ? [] : controlTexts(model),
  }
  const thread = createTemplateThread(setup, { workerPath: join(import.meta.dirname, 'template-worker.js') })
  try {
    const conversation = { messages, tools: [], reasoning: 'auto' as const }
    const answer = await thread.ask({ type: 'render', conversation })
    if (answer.type !== 'rendered') throw unusableTemplate(answer)
    const tokens = model === null ? null : tokenizeRendering(model, answer.rendering).length
    return { text: answer.rendering.text.slice(0, maxTextLength), tokens }
  } finally {
    await thread.close()
  }
}

/** Reads the vocabulary of a model, not its weights. */
async function vocabularyOf(path: string): Promise<LlamaModel> {
  const llama = await startCpuLlama()
  return llama.loadModel({ modelPath: path, vocabOnly: true })
}
