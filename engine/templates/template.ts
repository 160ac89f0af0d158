import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '../../shared/domain/errors.ts'
import type { ChatTemplateSource } from '../../shared/domain/models.ts'
import { controlTexts } from './control-texts.ts'
import type { Conversation, TemplateTokens } from './conversation.ts'
import { guessTemplate } from './guessed-template.ts'
import { createRecent } from './recent.ts'
import type { RendererAnswer } from './renderer.ts'
import { createTemplateThread } from './template-thread.ts'
import { tokenizeRendering } from './tokenize-rendering.ts'

/** Beside the engine, when it is built; a thread can't run its source. */
const workerPath = join(import.meta.dirname, 'template-worker.js')
/** Renderings that are kept: the turns of some chats. */
const keptRenderings = 32
const keptCharacters = 4_000_000

const greeting: Conversation = { messages: [{ role: 'user', content: 'Hello' }], tools: [], reasoning: 'auto' }

/** Turns a conversation into the text that the model was trained to read. */
export interface ChatTemplate {
  /** The template's own text; null where the library guessed one. */
  readonly source: ChatTemplateSource | null
  /** Whether the template offers to answer without thinking first. */
  readonly canSkipReasoning: boolean
  /** Whether the template knows of thinking at all. */
  readonly mayReason: boolean
  /** Whether the template tells of tools, and renders calls and their results. */
  readonly knowsTools: boolean
  /**
   * The conversation, ending where the answer begins. A last message of the assistant without tool calls is continued.
   * What people wrote never becomes a control token. The result for equal input is kept.
   *
   * @throws AppError `invalid_input` when the template refuses the conversation, never ends or takes all memory
   */
  render(conversation: Conversation, signal?: AbortSignal): Promise<RenderedPrompt>
  /** Ends its thread; what waits for it fails. */
  close(): Promise<void>
}

export interface RenderedPrompt {
  text: string
  tokens: Token[]
  /** What stands after the last message: how the template opens the answer, with what of it is there already. */
  opening: string
}

/**
 * The model's own Jinja template where it can be rendered, else the best guess of node-llama-cpp. The library's
 * specialised wrappers are not asked first, because they leave out what a template does of itself, as SmolLM2's
 * default system prompt.
 *
 * @param own a template to use instead of the model's; nothing is guessed when it is wrong
 * @param maxCharacters of a text; what is longer fails before it is tokenized
 * @throws AppError `invalid_input` when `own` is no template
 */
export async function createChatTemplate(
  model: LlamaModel,
  own: ChatTemplateSource | null,
  maxCharacters = Infinity,
): Promise<ChatTemplate> {
  const source = own ?? ownTemplate(model)
  if (source === null) return guessTemplate(model)
  const setup = { source, tokens: templateTokens(model), controls: controlTexts(model) }
  const thread = createTemplateThread(setup, { workerPath })
  const found = await thread.ask({ type: 'abilities' })
  // A person's own template may refuse what it likes; a model's that can't even greet is of no use.
  const tried = own === null ? await thread.ask({ type: 'render', conversation: greeting }) : null
  if (found.type !== 'abilities' || tried?.type === 'failed') {
    await thread.close()
    if (own !== null) throw unusableTemplate(found)
    process.stderr.write(`The model's chat template can't be used: ${detailOf(tried ?? found)}\n`)
    return guessTemplate(model)
  }
  const recent = createRecent<RenderedPrompt>(keptRenderings, keptCharacters)
  return {
    source,
    ...found.abilities,
    async render(conversation, signal) {
      signal?.throwIfAborted()
      const key = createHash('sha256').update(JSON.stringify(conversation)).digest('base64')
      const known = recent.get(key)
      if (known !== undefined) return known
      const answer = await thread.ask({ type: 'render', conversation })
      signal?.throwIfAborted()
      if (answer.type !== 'rendered') throw refused(answer)
      const { rendering } = answer
      if (rendering.text.length > maxCharacters) {
        throw refused({ type: 'failed', at: 'conversation', detail: 'it writes more than the context can hold' })
      }
      const rendered = {
        text: rendering.text,
        tokens: tokenizeRendering(model, rendering),
        opening: rendering.text.slice(rendering.openingAt),
      }
      recent.set(key, rendered, rendered.text.length)
      return rendered
    },
    close: thread.close,
  }
}

/** What a template may ask of the model, as its file says. */
export function templateTokens({ tokens }: Pick<LlamaModel, 'tokens'>): TemplateTokens {
  return { bos: tokens.bosString ?? '', eos: tokens.eosString ?? '' }
}

/** What is wrong with a template, in the words of the one who reads it. */
export function unusableTemplate(answer: RendererAnswer): AppError {
  const detail = detailOf(answer)
  return new AppError({
    code: 'invalid_input',
    message: `The chat template can't be used: ${detail}`,
    suggestion: "Correct it, or go back to the model's own template.",
    data: { parameter: 'template', detail },
  })
}

function refused(answer: RendererAnswer): AppError {
  const detail = detailOf(answer)
  return new AppError({
    code: 'invalid_input',
    message: `The model's chat template does not accept this conversation: ${detail}`,
    suggestion: 'Let messages of the user and the assistant alternate, and begin with the user or one system message.',
    data: { parameter: 'messages', detail },
  })
}

function detailOf(answer: RendererAnswer): string {
  return answer.type === 'failed' ? answer.detail : 'it renders nothing'
}

function ownTemplate(model: LlamaModel): ChatTemplateSource | null {
  const text = model.fileInfo.metadata.tokenizer?.chat_template
  return typeof text === 'string' && text.trim() !== '' ? { language: 'jinja', text } : null
}
