import { singleQuoteUnlessPlain } from './shell.ts'
import type { SnippetOptions } from './snippets.ts'

export const TOOLS = ['continue', 'cline', 'copilot', 'openWebUi', 'langchainPython', 'langchainJs', 'aider'] as const
export type Tool = (typeof TOOLS)[number]

/** Something to paste, or a few values for the fields of a form. `where` names the words that say where it goes. */
export type ToolPart = { where: ToolPlace } & (
  | { kind: 'code'; language: string; code: string }
  /** The names are the program's own. */
  | { kind: 'values'; values: { name: string; value: string }[] }
  /** It can't be done here; the words say why. */
  | { kind: 'not' }
)

export type ToolPlace =
  | 'continueFile'
  | 'continueKey'
  | 'clineForm'
  | 'copilotFile'
  | 'copilotKey'
  | 'openWebUiStart'
  | 'openWebUiDocker'
  | 'openWebUiForm'
  | 'langchainOpenai'
  | 'langchainOllama'
  | 'aiderShell'

/** What to tell a well-known program so that it uses this server. */
export function toolParts(tool: Tool, options: SnippetOptions): ToolPart[] {
  switch (tool) {
    case 'continue':
      return continueParts(options)
    case 'cline':
      return [{ kind: 'values', where: 'clineForm', values: clineValues(options) }]
    case 'copilot':
      return copilotParts(options)
    case 'openWebUi':
      return openWebUiParts(options)
    case 'langchainPython':
      return langchainPython(options)
    case 'langchainJs':
      return langchainJs(options)
    case 'aider':
      return [{ kind: 'code', where: 'aiderShell', language: 'bash', code: aider(options) }]
  }
}

const QUESTION = 'What is the capital of France?'

function continueParts({ address, model, keyRequired, selfSigned }: SnippetOptions): ToolPart[] {
  const name = JSON.stringify(model)
  const code = [
    'name: Hearth',
    'version: 1.0.0',
    'schema: v1',
    'models:',
    `  - name: ${name}`,
    '    provider: openai',
    `    model: ${name}`,
    `    apiBase: ${JSON.stringify(`${address}/v1`)}`,
    `    apiKey: ${keyRequired ? '${{ secrets.HEARTH_API_KEY }}' : 'hearth'}`,
    '    roles: [chat, edit, apply]',
    ...(selfSigned ? ['    requestOptions:', '      verifySsl: false'] : []),
  ].join('\n')
  return [
    { kind: 'code', where: 'continueFile', language: 'yaml', code },
    ...(keyRequired
      ? [{ kind: 'code', where: 'continueKey', language: 'bash', code: 'HEARTH_API_KEY=' } as const]
      : []),
  ]
}

/** What a form asks for; the key itself is known only to the person. */
function keyValue(name: string, keyRequired: boolean): { name: string; value: string }[] {
  return keyRequired ? [] : [{ name, value: 'hearth' }]
}

function clineValues({ address, model, keyRequired }: SnippetOptions): { name: string; value: string }[] {
  return [
    { name: 'API Provider', value: 'OpenAI Compatible' },
    { name: 'Base URL', value: `${address}/v1` },
    ...keyValue('API Key', keyRequired),
    { name: 'Model ID', value: model },
  ]
}

function copilotParts({ address, keyRequired }: SnippetOptions): ToolPart[] {
  if (keyRequired) return [{ kind: 'not', where: 'copilotKey' }]
  const code = JSON.stringify({ 'github.copilot.chat.byok.ollamaEndpoint': address }, null, 2)
  return [{ kind: 'code', where: 'copilotFile', language: 'json', code }]
}

function openWebUiParts(options: SnippetOptions): ToolPart[] {
  const { address, keyRequired, windows } = options
  const key = keyRequired ? `"${variable(windows)}"` : 'hearth'
  const base = `${address}/v1`
  // From within a container the addresses of this computer alone lead nowhere.
  const start: ToolPart = keyRequired
    ? {
        kind: 'code',
        where: 'openWebUiDocker',
        language: 'bash',
        code: joined(windows, [
          'docker run -d -p 3000:8080 -v open-webui:/app/backend/data',
          `-e ${word(`OPENAI_API_BASE_URL=${base}`, windows)}`,
          `-e OPENAI_API_KEY=${key}`,
          '--name open-webui ghcr.io/open-webui/open-webui:main',
        ]),
      }
    : {
        kind: 'code',
        where: 'openWebUiStart',
        language: 'bash',
        code: [
          exported('OPENAI_API_BASE_URL', base, windows),
          exported('OPENAI_API_KEY', key, windows),
          'open-webui serve',
        ].join('\n'),
      }
  const values = [
    { name: 'OpenAI API · URL', value: base },
    ...keyValue('OpenAI API · API Key', keyRequired),
    { name: 'Ollama API · URL', value: address },
  ]
  return [start, { kind: 'values', where: 'openWebUiForm', values }]
}

function langchainPython({ address, model, keyRequired, selfSigned }: SnippetOptions): ToolPart[] {
  const key = keyRequired ? 'os.environ["HEARTH_API_KEY"]' : '"hearth"'
  const environment = keyRequired ? ['import os', ''] : []
  const ask = `print(model.invoke(${JSON.stringify(QUESTION)}).content)`
  const openai = [
    '# pip install langchain-openai',
    ...environment,
    ...(selfSigned ? ['import httpx'] : []),
    'from langchain_openai import ChatOpenAI',
    '',
    'model = ChatOpenAI(',
    `    model=${JSON.stringify(model)},`,
    `    base_url=${JSON.stringify(`${address}/v1`)},`,
    `    api_key=${key},`,
    ...(selfSigned ? ['    http_client=httpx.Client(verify=False),'] : []),
    ')',
    ask,
  ]
  const client = [
    ...(keyRequired ? [`"headers": {"Authorization": "Bearer " + ${key}}`] : []),
    ...(selfSigned ? ['"verify": False'] : []),
  ]
  const ollama = [
    '# pip install langchain-ollama',
    ...environment,
    'from langchain_ollama import ChatOllama',
    '',
    'model = ChatOllama(',
    `    model=${JSON.stringify(model)},`,
    `    base_url=${JSON.stringify(address)},`,
    ...(client.length === 0 ? [] : [`    client_kwargs={${client.join(', ')}},`]),
    ')',
    ask,
  ]
  return [
    { kind: 'code', where: 'langchainOpenai', language: 'python', code: openai.join('\n') },
    { kind: 'code', where: 'langchainOllama', language: 'python', code: ollama.join('\n') },
  ]
}

function langchainJs({ address, model, keyRequired }: SnippetOptions): ToolPart[] {
  const key = 'process.env.HEARTH_API_KEY'
  const ask = [`const reply = await model.invoke(${JSON.stringify(QUESTION)})`, 'console.log(reply.content)']
  const openai = [
    '// npm install @langchain/openai @langchain/core',
    'import { ChatOpenAI } from "@langchain/openai"',
    '',
    'const model = new ChatOpenAI({',
    `  model: ${JSON.stringify(model)},`,
    `  apiKey: ${keyRequired ? key : '"hearth"'},`,
    `  configuration: { baseURL: ${JSON.stringify(`${address}/v1`)} },`,
    '})',
    ...ask,
  ]
  const ollama = [
    '// npm install @langchain/ollama @langchain/core',
    'import { ChatOllama } from "@langchain/ollama"',
    '',
    'const model = new ChatOllama({',
    `  model: ${JSON.stringify(model)},`,
    `  baseUrl: ${JSON.stringify(address)},`,
    ...(keyRequired ? [`  headers: { Authorization: \`Bearer \${${key}}\` },`] : []),
    '})',
    ...ask,
  ]
  return [
    { kind: 'code', where: 'langchainOpenai', language: 'javascript', code: openai.join('\n') },
    { kind: 'code', where: 'langchainOllama', language: 'javascript', code: ollama.join('\n') },
  ]
}

function aider({ address, model, keyRequired, selfSigned, windows }: SnippetOptions): string {
  return [
    exported('OPENAI_API_BASE', `${address}/v1`, windows),
    exported('OPENAI_API_KEY', keyRequired ? `"${variable(windows)}"` : 'hearth', windows),
    `aider ${selfSigned ? '--no-verify-ssl ' : ''}--model ${word(`openai/${model}`, windows)}`,
  ].join('\n')
}

function word(text: string, windows: boolean): string {
  return windows ? `"${text}"` : singleQuoteUnlessPlain(text)
}

function variable(windows: boolean): string {
  return windows ? '%HEARTH_API_KEY%' : '$HEARTH_API_KEY'
}

function exported(name: string, value: string, windows: boolean): string {
  // The command prompt takes quotes after the sign as part of the value.
  return windows ? `set ${name}=${value.replaceAll('"', '')}` : `export ${name}=${value}`
}

function joined(windows: boolean, lines: readonly string[]): string {
  return lines.join(windows ? ' ^\n  ' : ' \\\n  ')
}
