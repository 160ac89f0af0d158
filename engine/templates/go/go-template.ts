import type { PromptMessage } from '../../../shared/domain/generation.ts'
import type { CompiledTemplate } from '../compiled.ts'
import type { Conversation } from '../conversation.ts'
import { collated, goMessages, goTools } from './conversation-data.ts'
import { executeGoTemplate } from './execute.ts'
import { goFunctions } from './functions.ts'
import { type GoNode, type GoTemplateTree, type Operand, parseGoTemplate, type Pipeline } from './parse.ts'
import type { GoValue } from './values.ts'

const sampleTool = { name: 'find_thing', description: '', parameters: { type: 'object', properties: {} } }
const needle = 'hearth7needle'

/**
 * A template of a Modelfile, rendered as Ollama renders it: one that knows `.Messages` gets the conversation at once,
 * an older one is rendered turn by turn up to `.Response`.
 *
 * @throws GoTemplateError with line and column
 */
export function compileGo(source: string, now: () => Date): CompiledTemplate {
  const functions = goFunctions(now)
  const known = new Set([...functions.keys(), 'and', 'or'])
  let tree = parseGoTemplate(source, known)
  const names = fieldNames(tree)
  const takesMessages = names.has('Messages')
  // One that says nothing of the answer ends where it begins.
  if (!takesMessages && !names.has('Response')) tree = parseGoTemplate(`${source}{{ .Response }}`, known)
  const untilResponse: GoTemplateTree = { ...tree, nodes: cutAtResponse(tree.nodes) }

  const execute = (one: GoTemplateTree, values: Record<string, GoValue>) =>
    executeGoTemplate(one, new Map(Object.entries(values)), functions)

  const renderText = ({ messages, tools, reasoning }: Conversation): string => {
    // Ollama takes a model that can think to be asked to, unless it is told otherwise.
    const thinks = { Think: reasoning !== 'off', ThinkLevel: reasoning === 'off' ? '' : 'medium', IsThinkSet: true }
    const { system, messages: turns } = collated(messages)
    if (takesMessages) {
      return execute(tree, {
        System: system,
        Messages: goMessages(turns),
        Tools: goTools(tools),
        Response: '',
        ...thinks,
      })
    }
    return renderTurns(turns, (values, isLast) => execute(isLast ? untilResponse : tree, { ...values, ...thinks }))
  }

  return {
    abilities: () => ({
      knowsTools: names.has('Tools') && names.has('ToolCalls') && knowsTools(renderText),
      canSkipReasoning: names.has('IsThinkSet') || names.has('Think'),
      mayReason: names.has('Thinking') || names.has('Think') || /<think>/i.test(source),
    }),
    render(conversation) {
      const text = renderText(conversation)
      return { text, openingAt: openingOf(text, conversation.messages.at(-1)) }
    },
  }
}

type Turn = { System: string; Prompt: string; Response: string }

function renderTurns(turns: readonly PromptMessage[], execute: (turn: Turn, isLast: boolean) => string): string {
  const texts: string[] = []
  let turn: Turn = { System: '', Prompt: '', Response: '' }
  const flush = () => {
    texts.push(execute(turn, false))
    turn = { System: '', Prompt: '', Response: '' }
  }
  for (const { role, content } of turns) {
    if (role === 'system') {
      if (turn.Prompt !== '' || turn.Response !== '') flush()
      turn.System = content
    } else if (role === 'user') {
      if (turn.Response !== '') flush()
      turn.Prompt = content
    } else if (role === 'assistant') turn.Response = content
  }
  // A finished answer at the end has its own turn; the next one begins empty.
  if (turn.Response !== '') flush()
  return [...texts, execute(turn, true)].join('')
}

/** The template up to where the answer stands, as Ollama cuts it. */
function cutAtResponse(nodes: readonly GoNode[]): GoNode[] {
  let cut = false
  const kept = (list: readonly GoNode[]): GoNode[] =>
    list.flatMap((node): GoNode[] => {
      if (cut) return []
      switch (node.type) {
        case 'action':
          if (!fieldsOf(node.pipeline).includes('Response')) return [node]
          cut = true
          return []
        case 'if':
        case 'with':
        case 'range': {
          // A condition about the answer does not hold before it: what stands inside belongs to it.
          if (fieldsOf(node.pipeline).includes('Response')) {
            cut = true
            return []
          }
          const body = kept(node.body)
          return [{ ...node, body, otherwise: kept(node.otherwise) }]
        }
        default:
          return [node]
      }
    })
  return kept(nodes)
}

function knowsTools(render: (conversation: Conversation) => string): boolean {
  const messages: PromptMessage[] = [
    { role: 'user', content: 'Hello' },
    {
      role: 'assistant',
      content: '',
      toolCalls: [{ id: 'callA0001', name: sampleTool.name, arguments: `{"a":"${needle}1"}` }],
    },
    { role: 'tool', content: `${needle}2`, toolCallId: 'callA0001' },
  ]
  try {
    const text = render({ messages, tools: [sampleTool], reasoning: 'auto' })
    return text.includes(`${needle}1`) && text.includes(`${needle}2`)
  } catch {
    return false
  }
}

/** What follows the last message is taken for the opening. */
function openingOf(text: string, last: PromptMessage | undefined): number {
  const content = last?.content.trim() ?? ''
  const at = content === '' ? -1 : text.lastIndexOf(content)
  return at === -1 ? text.length : at + content.length
}

function fieldNames({ nodes, defined }: GoTemplateTree): Set<string> {
  const names = new Set<string>()
  const look = (list: readonly GoNode[]) => {
    for (const node of list) {
      if ('pipeline' in node && node.pipeline !== null) for (const name of fieldsOf(node.pipeline)) names.add(name)
      if ('body' in node) {
        look(node.body)
        look(node.otherwise)
      }
    }
  }
  look(nodes)
  for (const list of defined.values()) look(list)
  return names
}

function fieldsOf({ commands }: Pipeline): string[] {
  return commands.flat().flatMap((operand: Operand): string[] => {
    if (operand.type === 'field' || operand.type === 'variable') return operand.path
    return operand.type === 'pipeline' ? [...fieldsOf(operand.pipeline), ...operand.path] : []
  })
}
