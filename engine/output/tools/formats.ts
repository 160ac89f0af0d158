import { channelCalls } from '../thinking/channel-splitter.ts'
import type { Part, ToolFormat } from './format.ts'

interface Native {
  /** Whether a chat template with this text teaches the format. */
  matches(template: string): boolean
  format: ToolFormat
}

const none: Part[] = []
const base = { triggersAtStart: [], open: none, separator: [' '], close: none, after: none, arguments: 'json' } as const

/** Calls as JSON objects with a name and arguments, each between tags or all of them in a list. */
function objects(options: {
  trigger: string
  open?: string
  close?: string
  separator?: string
  tag?: [string, string]
  argumentsKey?: string
}): ToolFormat {
  const [before, after] = options.tag ?? ['', '']
  return {
    ...base,
    open: options.open === undefined ? none : [options.open],
    close: options.close === undefined ? none : [options.close],
    separator: [options.separator ?? ' '],
    triggers: [options.trigger],
    heads: [{ before: [`${before} { "name" : "`], between: [`" , "${options.argumentsKey ?? 'arguments'}" : `] }],
    after: [` } ${after}`],
  }
}

/** Qwen, Hermes, Granite 4; also what models are taught whose template knows of no tools. */
export const hermes: ToolFormat = objects({ trigger: '<tool_call>', tag: ['<tool_call>', '</tool_call>'] })

function tagged(open: string, close: string): ToolFormat {
  return {
    ...base,
    triggers: [open],
    heads: [{ before: [`${open} <function=`], between: ['> '] }],
    after: [` </function> ${close}`],
    arguments: { open: '<parameter=', middle: '>', close: '</parameter>' },
  }
}

function deepseek(kind: string, fence: [string, string]): ToolFormat {
  return {
    ...base,
    triggers: ['<｜tool▁calls▁begin｜>'],
    open: ['<｜tool▁calls▁begin｜> '],
    close: [' <｜tool▁calls▁end｜>'],
    heads: [
      { before: [`<｜tool▁call▁begin｜>${kind}`], between: [`${kind === '' ? '<｜tool▁sep｜>' : ''}${fence[0]}`] },
    ],
    after: [`${fence[1]}<｜tool▁call▁end｜>`],
  }
}

/** In this order: the first that matches is taken. */
const natives: readonly Native[] = [
  {
    // gpt-oss
    matches: (text) =>
      (text.includes('<|channel|>') && text.includes('to=functions.')) ||
      (text.includes('<|channel|>commentary') && text.includes('functions.')),
    format: {
      ...base,
      triggers: channelCalls,
      heads: [
        { before: ['<|channel|>commentary to=functions.'], between: [' <|constrain|>json<|message|>'] },
        { before: [' to=functions.'], between: ['<|channel|>commentary json<|message|>'] },
      ],
      separator: ['<|call|><|start|>assistant'],
    },
  },
  {
    // Kimi K2
    matches: (text) => text.includes('<|tool_calls_section_begin|>'),
    format: {
      ...base,
      triggers: ['<|tool_calls_section_begin|>'],
      open: ['<|tool_calls_section_begin|> '],
      close: [' <|tool_calls_section_end|>'],
      heads: [
        {
          before: ['<|tool_call_begin|>functions.'],
          between: [':', { some: 'digits' }, ' <|tool_call_argument_begin|> '],
        },
      ],
      after: [' <|tool_call_end|>'],
    },
  },
  {
    matches: (text) => text.includes('<｜tool▁sep｜>') && text.includes('```json'),
    format: deepseek('function<｜tool▁sep｜>', ['\n```json\n', '\n```']),
  },
  { matches: (text) => text.includes('<｜tool▁sep｜>'), format: deepseek('', ['', '']) },
  {
    // Command R7B and later
    matches: (text) => text.includes('<|START_ACTION|>') && text.includes('"tool_call_id"'),
    format: {
      ...base,
      triggers: ['<|START_ACTION|>'],
      open: ['<|START_ACTION|> [ '],
      close: [' ] <|END_ACTION|>'],
      separator: [' , '],
      heads: [
        {
          before: ['{ "tool_call_id" : "', { some: 'digits' }, '" , "tool_name" : "'],
          between: ['" , "parameters" : '],
        },
      ],
      after: [' }'],
    },
  },
  {
    // Mistral Small 3.2, Devstral, Ministral 3
    matches: (text) => text.includes('[TOOL_CALLS]') && text.includes('[ARGS]'),
    format: {
      ...base,
      triggers: ['[TOOL_CALLS]'],
      heads: [
        { before: ['[TOOL_CALLS]'], between: ['[ARGS]'] },
        { before: ['[TOOL_CALLS]'], between: ['[CALL_ID]', { some: 'id' }, '[ARGS]'] },
      ],
    },
  },
  {
    // Mistral Nemo, Mistral 7B v0.3
    matches: (text) => text.includes('[TOOL_CALLS]'),
    format: objects({ trigger: '[TOOL_CALLS]', open: '[TOOL_CALLS] [ ', close: ' ]', separator: ' , ' }),
  },
  {
    // MiniMax M2
    matches: (text) => text.includes('<minimax:tool_call>'),
    format: {
      ...base,
      triggers: ['<minimax:tool_call>'],
      open: ['<minimax:tool_call> '],
      close: [' </minimax:tool_call>'],
      heads: [{ before: ['<invoke name="'], between: ['"> '] }],
      after: [' </invoke>'],
      arguments: { open: '<parameter name="', middle: '">', close: '</parameter>' },
    },
  },
  { matches: (text) => text.includes('<seed:tool_call>'), format: tagged('<seed:tool_call>', '</seed:tool_call>') },
  {
    // Qwen3-Coder, Nemotron 3
    matches: (text) => text.includes('<tool_call>') && text.includes('<function=') && text.includes('<parameter='),
    format: tagged('<tool_call>', '</tool_call>'),
  },
  {
    // GLM 4.5 and later
    matches: (text) => text.includes('<tool_call>') && text.includes('<arg_key>'),
    format: {
      ...base,
      triggers: ['<tool_call>'],
      heads: [{ before: ['<tool_call>'], between: [' '] }],
      after: [' </tool_call>'],
      arguments: { open: '<arg_key>', middle: '</arg_key> <arg_value>', close: '</arg_value>' },
    },
  },
  {
    // Granite 3.3 and before
    matches: (text) => text.includes('<|tool_call|>'),
    format: objects({ trigger: '<|tool_call|>', open: '<|tool_call|> [ ', close: ' ]', separator: ' , ' }),
  },
  { matches: (text) => /<tool_call>/.test(text) && /"arguments\\?"|'arguments'|arguments/.test(text), format: hermes },
  {
    // Functionary 3.1
    matches: (text) => text.includes('<function=') || text.includes('`<function`'),
    format: {
      ...base,
      triggers: ['<function='],
      heads: [{ before: ['<function='], between: ['> '] }],
      after: [' </function>'],
    },
  },
  {
    // FireFunction 2
    matches: (text) => text.includes('functools['),
    format: objects({ trigger: 'functools[', open: 'functools[ ', close: ' ]', separator: ' , ' }),
  },
  {
    // Llama 3.1 to 3.3
    matches: (text) => text.includes('<|python_tag|>') || (text.includes('ipython') && text.includes('"parameters"')),
    format: {
      ...objects({ trigger: '<|python_tag|>', argumentsKey: 'parameters', separator: ' ; ' }),
      triggersAtStart: ['{"name"', '{ "name"', '{\n"name"', '{\n  "name"', '{\n    "name"'],
      heads: [
        { before: ['{ "name" : "'], between: ['" , "parameters" : '] },
        { before: ['<|python_tag|> { "name" : "'], between: ['" , "parameters" : '] },
      ],
    },
  },
]

/** The format that a chat template teaches; null where none is known. */
export function nativeFormat(template: string): ToolFormat | null {
  return natives.find(({ matches }) => matches(template))?.format ?? null
}
