import type { PromptMessage } from '../../../shared/domain/generation.ts'
import type { Conversation, TemplateTokens } from '../conversation.ts'
import type { CompiledTemplate, TemplateAbilities } from '../compiled.ts'
import { parseJinja, runJinja } from './interpreter.ts'
import { strftime } from './strftime.ts'
import { type Accommodations, templateMessages, templateTools } from './template-messages.ts'

const needle = 'hearth7needle'
const sampleUser: PromptMessage = { role: 'user', content: 'Hello' }
/** Thoughts of earlier turns stay where the conversation has them: what was read once need not be read anew. */
const keepsReasoning = {
  preserve_thinking: true,
  clear_thinking: false,
  truncate_history_thinking: false,
  drop_thinking: false,
}
const sampleTool = {
  name: 'find_thing',
  description: 'Finds a thing.',
  parameters: { type: 'object', properties: { what: { type: 'string', description: 'What' } }, required: ['what'] },
}

/**
 * A Jinja chat template as models bring it. Rendered as llama-server renders it, with the same names.
 *
 * @throws what the parser says of a text that is no template
 */
export function compileJinja(source: string, tokens: TemplateTokens, now: () => Date): CompiledTemplate {
  const program = parseJinja(source)

  const run = (conversation: Conversation, how: Accommodations, opens: boolean): string => {
    const { reasoning, tools } = conversation
    const off = reasoning === 'off'
    const variables = {
      messages: templateMessages(conversation.messages, how),
      ...(tools.length > 0 ? { tools: templateTools(tools) } : how.nullTools ? { tools: null } : {}),
      bos_token: tokens.bos,
      eos_token: tokens.eos,
      add_generation_prompt: opens,
      enable_thinking: !off,
      // DeepSeek's and Granite's word for it; said only when asked, because they do not think of themselves.
      ...(reasoning === 'auto' ? {} : { thinking: !off }),
      ...keepsReasoning,
      date_string: strftime('%d %b %Y', now()),
      datetime: strftime('%b %d %Y', now()),
    }
    return runJinja(program, variables, { now, inputLength: sizeOf(conversation) })
  }
  const attempt = (conversation: Conversation, how: Accommodations): string | null => {
    try {
      return run(conversation, how, true)
    } catch {
      return null
    }
  }

  const plain: Accommodations = {
    objectArguments: true,
    foldSystem: false,
    joinAdjacent: false,
    shortIds: false,
    nullTools: false,
  }
  const { foldSystem, objectArguments } = likings(attempt, plain)
  const own: Accommodations = { ...plain, foldSystem, objectArguments }
  const ladder: Accommodations[] = [
    own,
    { ...own, nullTools: true },
    { ...own, shortIds: true },
    { ...own, joinAdjacent: true },
    { ...own, joinAdjacent: true, shortIds: true },
    { ...own, joinAdjacent: true, shortIds: true, foldSystem: true },
  ]

  return {
    abilities: () => abilitiesOf(attempt, own, source),
    render(conversation) {
      let failure: unknown
      for (const how of ladder) {
        try {
          const text = run(conversation, how, true)
          return { text, openingAt: openingOf(text, () => run(conversation, how, false)) }
        } catch (error) {
          failure ??= error
        }
      }
      throw failure
    },
  }
}

function sizeOf({ messages, tools }: Conversation): number {
  return (
    messages.reduce((sum, { content }) => sum + content.length, 0) +
    (tools.length > 0 ? JSON.stringify(tools).length : 0)
  )
}

/** What the template can take, found by trying: no list of templates is ever complete. */
function likings(attempt: (conversation: Conversation, how: Accommodations) => string | null, plain: Accommodations) {
  const system: PromptMessage = { role: 'system', content: needle }
  const withSystem = attempt({ messages: [system, sampleUser], tools: [], reasoning: 'auto' }, plain)
  const calls = callsWith(plain, attempt)
  const asText = callsWith({ ...plain, objectArguments: false }, attempt)
  const textStands = asText?.includes(`{"what": "${needle}"}`) === true
  const objectStands = calls?.includes(needle) === true
  return {
    foldSystem: withSystem?.includes(needle) !== true,
    objectArguments: objectStands || !textStands,
  }
}

function callsWith(
  how: Accommodations,
  attempt: (conversation: Conversation, how: Accommodations) => string | null,
): string | null {
  const conversation = {
    messages: toolConversation(`{"what": "${needle}"}`, 'It is found.'),
    tools: [sampleTool],
    reasoning: 'auto' as const,
  }
  return attempt(conversation, how) ?? attempt(conversation, { ...how, shortIds: true })
}

function toolConversation(args: string, result: string): PromptMessage[] {
  return [
    sampleUser,
    { role: 'assistant', content: '', toolCalls: [{ id: 'callA0001', name: sampleTool.name, arguments: args }] },
    { role: 'tool', content: result, toolCallId: 'callA0001' },
  ]
}

function abilitiesOf(
  attempt: (conversation: Conversation, how: Accommodations) => string | null,
  own: Accommodations,
  source: string,
): TemplateAbilities {
  const messages = [sampleUser]
  const told = attempt({ messages, tools: [sampleTool], reasoning: 'auto' }, own)
  const calls = callsWith(own, attempt)
  const answered = attempt(
    { messages: toolConversation('{"what": "x"}', needle), tools: [sampleTool], reasoning: 'auto' },
    own,
  )
  const on = attempt({ messages, tools: [], reasoning: 'on' }, own)
  const off = attempt({ messages, tools: [], reasoning: 'off' }, own)
  return {
    knowsTools:
      told?.includes(sampleTool.name) === true &&
      calls?.includes(needle) === true &&
      answered?.includes(needle) === true,
    canSkipReasoning: on !== null && off !== null && on !== off,
    mayReason: /think|reason/i.test(source),
  }
}

/** Where the words begin that the template adds for the answer. */
function openingOf(text: string, closed: () => string): number {
  let without: string
  try {
    without = closed()
  } catch {
    return text.length
  }
  let at = 0
  while (at < text.length && text[at] === without[at]) at++
  return at
}
