import {
  JinjaTemplateChatWrapper,
  resolveChatWrapper,
  type ChatHistoryItem,
  type ChatWrapper,
  type LlamaModel,
  type LlamaText,
  type Token,
  type Tokenizer,
} from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { PromptMessage } from '../shared/domain/generation.ts'

/** Turns a conversation into the text that the model was trained to read. */
export interface ChatTemplate {
  /** Whether the template offers to answer without thinking first. */
  readonly canSkipReasoning: boolean
  /** Whether the template knows of thinking at all. */
  readonly mayReason: boolean
  /**
   * Tokens of the conversation, ending where the assistant's answer begins. A last message of the assistant is
   * continued. What people wrote never becomes a control token.
   *
   * @throws AppError `invalid_input` when the template refuses the conversation
   */
  render(messages: readonly PromptMessage[], skipReasoning: boolean): Token[]
}

/**
 * The model's own Jinja template where it can be rendered, else the best guess of node-llama-cpp. Found once per load:
 * it blocks for up to 0.4 s (engine.md). The library's specialised wrappers are not asked first, because they leave out
 * what a template does of itself, as SmolLM2's default system prompt.
 *
 * @param own a template to use instead of the model's; nothing is guessed when it is wrong
 * @throws AppError `invalid_input` when `own` is no template
 */
export function createChatTemplate(model: LlamaModel, own: string | null = null): ChatTemplate {
  const source = own ?? model.fileInfo.metadata.tokenizer?.chat_template
  const hasSource = source !== undefined && source.trim() !== ''
  const byDefault = hasSource ? jinjaWrappers(model.tokenizer, source, null) : []
  const canSkipReasoning = byDefault.length > 0 && hasSource && source.includes('enable_thinking')
  const withoutReasoning = canSkipReasoning ? jinjaWrappers(model.tokenizer, source, false) : byDefault
  if (own !== null && byDefault.length === 0) throw noTemplate(own)
  const guessed = byDefault.length > 0 ? [] : [resolveChatWrapper(model, { warningLogs: false })]
  return {
    canSkipReasoning,
    mayReason: hasSource && /think|reason/i.test(source),
    render(messages, skipReasoning) {
      const wrappers = [...(skipReasoning ? withoutReasoning : byDefault), ...guessed]
      return withBos(model, renderText(wrappers, historyOf(messages)).tokenize(model.tokenizer))
    },
  }
}

/**
 * A conversation as a template makes it, for showing. Control tokens stand as the text that the template writes.
 *
 * @throws AppError `invalid_input` when it is no template, or refuses the conversation
 */
export function renderTemplate(
  template: string,
  messages: readonly PromptMessage[],
  tokenizer: Tokenizer | undefined,
): LlamaText {
  const wrappers = template.trim() === '' ? [] : jinjaWrappers(tokenizer, template, null)
  if (wrappers.length === 0) throw noTemplate(template)
  return renderText(wrappers, historyOf(messages))
}

/**
 * Text as it stands as tokens, control tokens included, with what the model wants at the beginning of every input.
 */
export function tokenizePrompt(model: LlamaModel, prompt: string): Token[] {
  return withBos(model, model.tokenize(prompt, true))
}

/**
 * The template as it is; and once more with adjacent messages of one role joined, for the templates that demand that
 * roles alternate.
 */
function jinjaWrappers(tokenizer: Tokenizer | undefined, template: string, reasoning: boolean | null): ChatWrapper[] {
  const wrappers: ChatWrapper[] = []
  for (const joinAdjacentMessagesOfTheSameType of [false, true]) {
    try {
      wrappers.push(
        new JinjaTemplateChatWrapper({
          template,
          reasoning,
          joinAdjacentMessagesOfTheSameType,
          // Finding out how tools are called takes long, and tools are not rendered yet.
          functionCallMessageTemplate: 'noJinja',
          ...(tokenizer === undefined ? {} : { tokenizer }),
        }),
      )
    } catch (error) {
      process.stderr.write(`The chat template can't be used as it is: ${String(error)}\n`)
    }
  }
  return wrappers
}

/** What is wrong with a template, in the words of the one who reads it. */
function noTemplate(template: string): AppError {
  let detail = 'it is empty'
  try {
    if (template.trim() !== '') new JinjaTemplateChatWrapper({ template, functionCallMessageTemplate: 'noJinja' })
  } catch (error) {
    detail = error instanceof Error ? error.message : String(error)
  }
  return new AppError({
    code: 'invalid_input',
    message: `The chat template can't be used: ${detail.slice(0, 500)}`,
    suggestion: "Correct it, or go back to the model's own template.",
    data: { parameter: 'template', detail: detail.slice(0, 500) },
  })
}

function renderText(wrappers: readonly ChatWrapper[], chatHistory: ChatHistoryItem[]): LlamaText {
  let failure: unknown
  for (const wrapper of wrappers) {
    try {
      return wrapper.generateContextState({ chatHistory }).contextText
    } catch (error) {
      failure = error
    }
  }
  throw new AppError({
    code: 'invalid_input',
    message: "The model's chat template does not accept this conversation.",
    suggestion: 'Let messages of the user and the assistant alternate, and begin with the user or one system message.',
    data: { detail: (failure instanceof Error ? failure.message : String(failure)).slice(0, 500) },
    cause: failure,
  })
}

function historyOf(messages: readonly PromptMessage[]): ChatHistoryItem[] {
  const history = messages.map((message): ChatHistoryItem => {
    switch (message.role) {
      case 'system':
        return { type: 'system', text: message.content }
      case 'user':
        return { type: 'user', text: message.content }
      case 'assistant':
        return { type: 'model', response: [message.content] }
      case 'tool':
        throw new AppError({
          code: 'unsupported_parameter',
          message: 'Messages with the role tool are not supported yet.',
          suggestion: 'Leave out tool calls and their results.',
          data: { parameter: 'messages' },
        })
    }
  })
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [''] })
  return history
}

function withBos(model: LlamaModel, tokens: Token[]): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens
  return bos !== null && shouldPrependBosToken && tokens[0] !== bos ? [bos, ...tokens] : tokens
}
