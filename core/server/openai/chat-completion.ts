import type { FinishEvent, GenerationEvent, TokenLogprob, ToolCall } from '../../../shared/domain/generation.ts'
import { type CompletionHead, toFinishReason, toLogprobs, toUsage } from './chat-frames.ts'

interface Choice {
  text: string
  reasoning: string
  toolCalls: Map<number, ToolCall>
  logprobs: TokenLogprob[] | undefined
  finish: FinishEvent | null
}

/** Gathers the events of a generation into one `chat.completion` object. */
export interface Collector {
  add(event: GenerationEvent): void
  result(): object
}

/** @param more further fields of the object, once the answer has ended */
export function createCollector(head: CompletionHead, more: (event: FinishEvent) => object = () => ({})): Collector {
  const choices = new Map<number, Choice>()

  function choiceOf(index: number): Choice {
    const choice = choices.get(index) ?? {
      text: '',
      reasoning: '',
      toolCalls: new Map(),
      logprobs: undefined,
      finish: null,
    }
    choices.set(index, choice)
    return choice
  }

  return {
    add(event) {
      if (event.type === 'text') {
        const choice = choiceOf(event.choice)
        choice.text += event.text
        if (event.logprobs !== undefined) (choice.logprobs ??= []).push(...event.logprobs)
      } else if (event.type === 'reasoning') choiceOf(event.choice).reasoning += event.text
      else if (event.type === 'finish') choiceOf(event.choice).finish = event
      else if (event.type === 'toolCall') {
        const { toolCalls } = choiceOf(event.choice)
        const call = toolCalls.get(event.index) ?? { id: event.id, name: event.name ?? '', arguments: '' }
        toolCalls.set(event.index, {
          ...call,
          name: call.name || (event.name ?? ''),
          arguments: call.arguments + (event.argumentsDelta ?? ''),
        })
      }
    },
    result() {
      const inOrder = [...choices].toSorted(([a], [b]) => a - b)
      return {
        id: head.id,
        object: 'chat.completion',
        created: head.created,
        model: head.model,
        choices: inOrder.map(([index, choice]) => ({
          index,
          message: toMessage(choice),
          logprobs: toLogprobs(choice.logprobs),
          finish_reason: toFinishReason(choice.finish?.reason ?? 'stop'),
        })),
        usage: toUsage(inOrder.flatMap(([, { finish }]) => finish?.usage ?? [])),
        ...inOrder.flatMap(([, { finish }]) => (finish === null ? [] : more(finish)))[0],
      }
    },
  }
}

function toMessage({ text, reasoning, toolCalls }: Choice): object {
  const calls = [...toolCalls].toSorted(([a], [b]) => a - b)
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning, reasoning_content: reasoning }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(([, call]) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
        }),
  }
}
