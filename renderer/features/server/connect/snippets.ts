import { singleQuote, singleQuoteUnlessPlain } from './shell.ts'

export type SnippetLanguage = 'curl' | 'python' | 'javascript'
export type SnippetApi = 'openai' | 'ollama' | 'anthropic'

export interface SnippetOptions {
  /** The server without a path, as `http://127.0.0.1:1234`. */
  address: string
  /** A chat model of the library. */
  model: string
  /** The program takes the key from `HEARTH_API_KEY`; otherwise any text will do as the key. */
  keyRequired: boolean
  /** The certificate is one that no program trusts by itself. */
  selfSigned: boolean
  /** Quote for the Windows command prompt, which knows no single quotes. */
  windows: boolean
}

const QUESTION = 'What is the capital of France?'
/** Anthropic's API has no default for the length of an answer. */
const MAX_TOKENS = 1000

/**
 * A program that asks one question and prints the answer, and runs as pasted: curl in a shell, Python and JavaScript
 * with the official package of the API.
 */
export function snippet(language: SnippetLanguage, api: SnippetApi, options: SnippetOptions): string {
  switch (language) {
    case 'curl':
      return options.windows ? curlForWindows(api, options) : curl(api, options)
    case 'python':
      return python(api, options)
    case 'javascript':
      return javascript(api, options)
  }
}

const PATHS = { openai: '/v1/chat/completions', ollama: '/api/chat', anthropic: '/v1/messages' }
const MESSAGES = [{ role: 'user', content: QUESTION }]

function bodyOf(api: SnippetApi, model: string): Record<string, unknown> {
  switch (api) {
    case 'openai':
      return { model, messages: MESSAGES }
    case 'ollama':
      return { model, stream: false, messages: MESSAGES }
    case 'anthropic':
      return { model, max_tokens: MAX_TOKENS, messages: MESSAGES }
  }
}

/** The header that carries the key, given how the shell writes the variable. */
function keyHeader(api: SnippetApi, variable: string): string {
  return api === 'anthropic' ? `x-api-key: ${variable}` : `Authorization: Bearer ${variable}`
}

function curl(api: SnippetApi, { address, model, keyRequired, selfSigned }: SnippetOptions): string {
  const lines = Object.entries(bodyOf(api, model)).flatMap(([name, value]) =>
    name === 'messages'
      ? ['"messages": [', `  {"role": "user", "content": ${JSON.stringify(QUESTION)}}`, ']']
      : [`"${name}": ${JSON.stringify(value)},`],
  )
  const body = ['{', ...lines.map((line) => `    ${line}`), '  }'].join('\n')
  return [
    `curl ${selfSigned ? '-k ' : ''}${singleQuoteUnlessPlain(`${address}${PATHS[api]}`)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    ...(keyRequired ? [`  -H "${keyHeader(api, '$HEARTH_API_KEY')}" \\`] : []),
    `  -d ${singleQuote(body)}`,
  ].join('\n')
}

function curlForWindows(api: SnippetApi, { address, model, keyRequired, selfSigned }: SnippetOptions): string {
  const body = JSON.stringify(bodyOf(api, model))
  return [
    `curl ${selfSigned ? '-k ' : ''}"${address}${PATHS[api]}" ^`,
    '  -H "Content-Type: application/json" ^',
    ...(keyRequired ? [`  -H "${keyHeader(api, '%HEARTH_API_KEY%')}" ^`] : []),
    `  -d "${body.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  ].join('\n')
}

const PYTHON = {
  openai: {
    package: 'openai',
    client: 'OpenAI',
    call: 'chat.completions.create',
    answer: 'reply.choices[0].message.content',
  },
  ollama: { package: 'ollama', client: 'Client', call: 'chat', answer: 'reply.message.content' },
  anthropic: { package: 'anthropic', client: 'Anthropic', call: 'messages.create', answer: 'reply.content[0].text' },
}

function python(api: SnippetApi, { address, model, keyRequired, selfSigned }: SnippetOptions): string {
  const { package: name, client, call, answer } = PYTHON[api]
  const key = keyRequired ? 'os.environ["HEARTH_API_KEY"]' : '"hearth"'
  const official = api !== 'ollama'
  const client_ = official && selfSigned ? `DefaultHttpxClient, ${client}` : client
  const options = official
    ? [
        `base_url=${JSON.stringify(api === 'openai' ? `${address}/v1` : address)}`,
        `api_key=${key}`,
        ...(selfSigned ? ['http_client=DefaultHttpxClient(verify=False)'] : []),
      ]
    : [
        `host=${JSON.stringify(address)}`,
        ...(keyRequired ? [`headers={"Authorization": "Bearer " + ${key}}`] : []),
        ...(selfSigned ? ['verify=False'] : []),
      ]
  return [
    `# pip install ${name}`,
    ...(keyRequired ? ['import os', ''] : []),
    `from ${name} import ${client_}`,
    '',
    ...(options.join(', ').length < 80
      ? [`client = ${client}(${options.join(', ')})`]
      : [`client = ${client}(`, ...options.map((option) => `    ${option},`), ')']),
    `reply = client.${call}(`,
    `    model=${JSON.stringify(model)},`,
    ...(api === 'anthropic' ? [`    max_tokens=${MAX_TOKENS},`] : []),
    `    messages=[{"role": "user", "content": ${JSON.stringify(QUESTION)}}],`,
    ')',
    `print(${answer})`,
  ].join('\n')
}

const JAVASCRIPT = {
  openai: { package: 'openai', import: 'OpenAI', client: 'OpenAI' },
  ollama: { package: 'ollama', import: '{ Ollama }', client: 'Ollama' },
  anthropic: { package: '@anthropic-ai/sdk', import: 'Anthropic', client: 'Anthropic' },
}

function javascript(api: SnippetApi, { address, model, keyRequired, selfSigned, windows }: SnippetOptions): string {
  const { package: name, import: imported, client } = JAVASCRIPT[api]
  const { call, answer } = PYTHON[api]
  const key = keyRequired ? 'process.env.HEARTH_API_KEY' : '"hearth"'
  const unchecked = windows ? 'set NODE_TLS_REJECT_UNAUTHORIZED=0 & ' : 'NODE_TLS_REJECT_UNAUTHORIZED=0 '
  return [
    `// npm install ${name}, save as ask.mjs, run: ${selfSigned ? unchecked : ''}node ask.mjs`,
    `import ${imported} from "${name}"`,
    '',
    `const client = new ${client}({`,
    ...(api === 'ollama'
      ? [
          `  host: ${JSON.stringify(address)},`,
          ...(keyRequired ? [`  headers: { Authorization: \`Bearer \${${key}}\` },`] : []),
        ]
      : [`  baseURL: ${JSON.stringify(api === 'openai' ? `${address}/v1` : address)},`, `  apiKey: ${key},`]),
    '})',
    `const reply = await client.${call}({`,
    `  model: ${JSON.stringify(model)},`,
    ...(api === 'anthropic' ? [`  max_tokens: ${MAX_TOKENS},`] : []),
    `  messages: [{ role: "user", content: ${JSON.stringify(QUESTION)} }],`,
    '})',
    `console.log(${answer})`,
  ].join('\n')
}
