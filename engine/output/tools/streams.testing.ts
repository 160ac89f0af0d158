import type { ToolDefinition } from '../../../shared/domain/generation.ts'

export const tools: ToolDefinition[] = [
  { name: 'get', parameters: {} },
  {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } },
  },
]
const paris = { city: 'Paris } "x" </tool_call>', days: 2 }
const json = JSON.stringify(paris)
const plain = { city: 'Paris', days: 2 }

/** What models with these templates write, for two calls. */
export const streams: [string, string, string, object][] = [
  [
    'Hermes, Qwen',
    '<tool_call> "arguments"',
    `<tool_call>\n{"name": "get_weather", "arguments": ${json}}\n</tool_call>\n<tool_call>\n{"name": "get", "arguments": {}}\n</tool_call>`,
    paris,
  ],
  [
    'Llama 3',
    '<|python_tag|> "parameters"',
    `{"name": "get_weather", "parameters": ${json}}; {"name": "get", "parameters": {}}`,
    paris,
  ],
  [
    'Llama 3 with its tag',
    '<|python_tag|> "parameters"',
    `<|python_tag|>{"name": "get_weather", "parameters": ${json}}; {"name": "get", "parameters": {}}`,
    paris,
  ],
  [
    'Mistral of old',
    '[TOOL_CALLS]',
    `[TOOL_CALLS][{"name": "get_weather", "arguments": ${json}}, {"name": "get", "arguments": {}}]`,
    paris,
  ],
  ['Mistral of today', '[TOOL_CALLS] [ARGS]', `[TOOL_CALLS]get_weather[ARGS]${json}[TOOL_CALLS]get[ARGS]{}`, paris],
  [
    'Mistral with ids',
    '[TOOL_CALLS] [ARGS]',
    `[TOOL_CALLS]get_weather[CALL_ID]123456789[ARGS]${json}[TOOL_CALLS]get[CALL_ID]abcdefghi[ARGS]{}`,
    paris,
  ],
  ['Functionary', '<function=', `<function=get_weather>${json}</function><function=get>{}</function>`, paris],
  [
    'DeepSeek R1',
    '<｜tool▁sep｜> ```json',
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>get\n\`\`\`json\n{}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    paris,
  ],
  [
    'DeepSeek V3.1',
    '<｜tool▁sep｜>',
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>${json}<｜tool▁call▁end｜><｜tool▁call▁begin｜>get<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    paris,
  ],
  [
    'Kimi K2',
    '<|tool_calls_section_begin|>',
    `<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>${json}<|tool_call_end|><|tool_call_begin|>functions.get:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>`,
    paris,
  ],
  [
    'gpt-oss',
    '<|channel|> to=functions.',
    `<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>${json}<|call|><|start|>assistant<|channel|>commentary to=functions.get <|constrain|>json<|message|>{}`,
    paris,
  ],
  [
    'Command R7B',
    '<|START_ACTION|> "tool_call_id"',
    `<|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", "parameters": ${json}},\n    {"tool_call_id": "1", "tool_name": "get", "parameters": {}}\n]<|END_ACTION|>`,
    paris,
  ],
  [
    'Granite 3',
    '<|tool_call|>',
    `<|tool_call|>[{"name": "get_weather", "arguments": ${json}}, {"name": "get", "arguments": {}}]`,
    paris,
  ],
  [
    'Qwen3-Coder',
    '<tool_call> <function= <parameter=',
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=get>\n</function>\n</tool_call>',
    plain,
  ],
  [
    'Seed OSS',
    '<seed:tool_call>',
    '<seed:tool_call>\n<function=get_weather>\n<parameter=city>Paris</parameter>\n<parameter=days>2</parameter>\n</function>\n</seed:tool_call><seed:tool_call>\n<function=get>\n</function>\n</seed:tool_call>',
    plain,
  ],
  [
    'GLM',
    '<tool_call> <arg_key>',
    '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>\n<tool_call>get\n</tool_call>',
    plain,
  ],
  [
    'MiniMax',
    '<minimax:tool_call>',
    '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Paris</parameter>\n<parameter name="days">2</parameter>\n</invoke>\n<invoke name="get">\n</invoke>\n</minimax:tool_call>',
    plain,
  ],
  [
    'FireFunction',
    'functools[',
    `functools[{"name": "get_weather", "arguments": ${json}}, {"name": "get", "arguments": {}}]`,
    paris,
  ],
]
