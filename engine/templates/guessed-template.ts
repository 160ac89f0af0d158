import { resolveChatWrapper, type ChatHistoryItem, type LlamaModel, type Token } from 'node-llama-cpp'
import { AppError } from '../../shared/domain/errors.ts'
import type { PromptMessage } from '../../shared/domain/generation.ts'
import type { Conversation } from './conversation.ts'
import { withBos } from './tokenize-rendering.ts'

/**
 * For a model that brings no template, or one that can't be rendered: what node-llama-cpp takes its format to be, by
 * its name and architecture. Blocks for up to 0.4 s once.
 */
export function guessTemplate(model: LlamaModel) {
  const wrapper = resolveChatWrapper(model, { warningLogs: false })
  return {
    source: null,
    canSkipReasoning: false,
    mayReason: false,
    knowsTools: false,
    close: () => Promise.resolve(),
    render: ({ messages, tools }: Conversation): Promise<{ text: string; tokens: Token[]; opening: string }> =>
      new Promise((resolve) => {
        if (tools.length > 0) throw knowsNoTools()
        const { contextText } = wrapper.generateContextState({ chatHistory: historyOf(messages) })
        const text = contextText.toString()
        const last = messages.at(-1)?.content ?? ''
        const end = text.lastIndexOf(last) + last.length
        resolve({ text, tokens: withBos(model, contextText.tokenize(model.tokenizer)), opening: text.slice(end) })
      }),
  }
}

function historyOf(messages: readonly PromptMessage[]): ChatHistoryItem[] {
  const history = messages.map(({ role, content }): ChatHistoryItem => {
    switch (role) {
      case 'system':
        return { type: 'system', text: content }
      case 'user':
        return { type: 'user', text: content }
      case 'assistant':
        return { type: 'model', response: [content] }
      case 'tool':
        throw knowsNoTools()
    }
  })
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [''] })
  return history
}

function knowsNoTools(): AppError {
  return new AppError({
    code: 'unsupported_parameter',
    message: 'This model has no chat template that knows tools.',
    suggestion: 'Leave out tool calls and their results, or choose a model that can call tools.',
    data: { parameter: 'tools' },
  })
}
