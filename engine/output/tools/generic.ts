import type { PromptMessage, ToolCall, ToolDefinition } from '../../../shared/domain/generation.ts'
import type { EngineRequest } from '../../../shared/process/engine.ts'

type ToolChoice = EngineRequest['toolChoice']

/**
 * A conversation for a model whose template knows of no tools: they become words of the system prompt, and earlier calls
 * and their results become plain messages, in the form of {@link hermes}, which most models have seen.
 */
export function withoutToolMessages(
  messages: readonly PromptMessage[],
  tools: readonly ToolDefinition[],
  choice: ToolChoice,
): PromptMessage[] {
  const plain: PromptMessage[] = []
  for (const message of messages) {
    const before = plain.at(-1)
    if (message.role === 'tool') {
      const result = `<tool_response>\n${message.content}\n</tool_response>`
      // The results of several calls are one message: many templates demand that roles alternate.
      if (before?.role === 'user' && before.content.startsWith('<tool_response>')) before.content += `\n${result}`
      else plain.push({ role: 'user', content: result })
    } else if (message.toolCalls !== undefined && message.toolCalls.length > 0) {
      const { toolCalls, ...rest } = message
      plain.push({
        ...rest,
        content: [message.content, ...toolCalls.map(written)].filter((part) => part !== '').join('\n'),
      })
    } else plain.push({ ...message })
  }
  if (tools.length === 0) return plain
  const taught = instructions(tools, choice)
  const [first] = plain
  if (first?.role === 'system') return [{ ...first, content: `${first.content}\n\n${taught}` }, ...plain.slice(1)]
  return [{ role: 'system', content: taught }, ...plain]
}

function written({ name, arguments: text }: ToolCall): string {
  let value: unknown = text
  try {
    value = JSON.parse(text)
  } catch {
    // What the model wrote is shown to it as it was.
  }
  return `<tool_call>\n${JSON.stringify({ name, arguments: value })}\n</tool_call>`
}

function instructions(tools: readonly ToolDefinition[], choice: ToolChoice): string {
  const list = tools
    .map(({ name, description, parameters }) => JSON.stringify({ name, description, parameters }))
    .join('\n')
  const when =
    choice === 'auto'
      ? 'Call one only when it helps to answer; otherwise answer in plain text.'
      : typeof choice === 'object'
        ? `Call ${choice.name} now.`
        : 'Call one of them now.'
  return `You can call these tools:\n<tools>\n${list}\n</tools>\n${when} To call a tool, write exactly:\n<tool_call>\n{"name": "the tool's name", "arguments": {its arguments}}\n</tool_call>`
}
