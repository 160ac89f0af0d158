import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { snippet, type SnippetApi, type SnippetOptions } from './snippets.ts'

const open: SnippetOptions = {
  address: 'http://127.0.0.1:1234',
  model: 'smollm2:135m',
  keyRequired: false,
  selfSigned: false,
  windows: false,
}
const awkward = { ...open, model: `it's a "model" \\ 模型` }

/** What a POSIX shell hands to curl. */
function shellWords(command: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}\n`
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { HEARTH_API_KEY: 'secret' } })
    .split('\0')
    .slice(0, -1)
}

describe.skipIf(process.platform === 'win32')('the curl snippet, read by a shell', () => {
  it('posts JSON to the chat completions of the address shown', () => {
    const words = shellWords(snippet('curl', 'openai', open))
    expect(words[0]).toBe('http://127.0.0.1:1234/v1/chat/completions')
    expect(words).toContain('Content-Type: application/json')
    expect(JSON.parse(words.at(-1) ?? '')).toEqual({
      model: 'smollm2:135m',
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
    })
  })

  it('keeps a model name with quotes and backslashes whole', () => {
    expect(JSON.parse(shellWords(snippet('curl', 'openai', awkward)).at(-1) ?? '').model).toBe(awkward.model)
  })

  it('sends the key from the environment when one is needed', () => {
    expect(shellWords(snippet('curl', 'openai', { ...open, keyRequired: true }))).toContain(
      'Authorization: Bearer secret',
    )
    expect(snippet('curl', 'openai', open)).not.toContain('Authorization')
  })

  it.each([
    ['ollama', '/api/chat', 'Authorization: Bearer secret', { stream: false }],
    ['anthropic', '/v1/messages', 'x-api-key: secret', { max_tokens: 1000 }],
  ] as const)('speaks the API of %s', (api, path, key, more) => {
    const words = shellWords(snippet('curl', api, { ...awkward, keyRequired: true, selfSigned: true }))
    expect(words.slice(0, 2)).toEqual(['-k', `${open.address}${path}`])
    expect(words).toContain(key)
    expect(JSON.parse(words.at(-1) ?? '')).toMatchObject({ model: awkward.model, ...more })
  })

  it('keeps an IPv6 address from being read as a pattern', () => {
    expect(shellWords(snippet('curl', 'openai', { ...open, address: 'http://[::1]:1234' }))[0]).toBe(
      'http://[::1]:1234/v1/chat/completions',
    )
  })
})

describe('the curl snippet for the Windows command prompt', () => {
  it('has no single quotes and escapes the double ones', () => {
    const text = snippet('curl', 'openai', { ...open, windows: true })
    expect(text).not.toContain("'")
    expect(text).toContain(String.raw`-d "{\"model\":\"smollm2:135m\"`)
  })
})

describe('the Python snippet', () => {
  it('names address and model, says how to install the client, and prints the answer', () => {
    const text = snippet('python', 'openai', open)
    expect(text).toContain('# pip install openai')
    expect(text).toContain('OpenAI(base_url="http://127.0.0.1:1234/v1", api_key="hearth")')
    expect(text).toContain('model="smollm2:135m"')
    expect(text.trimEnd()).toMatch(/print\(reply\.choices\[0\]\.message\.content\)$/)
  })

  it('speaks the other APIs with their own packages', () => {
    const keyed = { ...open, keyRequired: true }
    const ollama = snippet('python', 'ollama', keyed)
    expect(ollama).toContain('from ollama import Client')
    expect(ollama).toContain('headers={"Authorization": "Bearer " + os.environ["HEARTH_API_KEY"]}')
    expect(snippet('python', 'ollama', open)).toContain('Client(host="http://127.0.0.1:1234")')
    const anthropic = snippet('python', 'anthropic', { ...keyed, selfSigned: true })
    expect(anthropic).toContain('from anthropic import DefaultHttpxClient, Anthropic')
    expect(anthropic).toContain('    base_url="http://127.0.0.1:1234",\n    api_key=os.environ["HEARTH_API_KEY"],')
    expect(anthropic).toContain('max_tokens=1000')
  })

  it('reads a needed key from the environment', () => {
    const text = snippet('python', 'openai', { ...open, keyRequired: true })
    expect(text).toContain('import os')
    expect(text).toContain('api_key=os.environ["HEARTH_API_KEY"]')
  })
})

describe('the JavaScript snippet', () => {
  it('asks through the given client and prints the answer', async () => {
    const asked: unknown[] = []
    const printed: unknown[] = []
    await runJavaScript('openai', awkward, asked, printed)
    expect(asked).toEqual([
      { baseURL: `${open.address}/v1`, apiKey: 'hearth' },
      { model: awkward.model, messages: [{ role: 'user', content: 'What is the capital of France?' }] },
    ])
    expect(printed).toEqual(['Paris'])
  })

  it('asks in the other APIs through their own clients', async () => {
    const message = { model: awkward.model, messages: [{ role: 'user', content: 'What is the capital of France?' }] }
    const asked: unknown[] = []
    const printed: unknown[] = []
    await runJavaScript('ollama', awkward, asked, printed)
    await runJavaScript('anthropic', awkward, asked, printed)
    expect(asked).toEqual([
      { host: open.address },
      message,
      { baseURL: open.address, apiKey: 'hearth' },
      { ...message, max_tokens: 1000 },
    ])
    expect(printed).toEqual(['Paris', 'Paris'])
  })

  it('reads a needed key from the environment', () => {
    expect(snippet('javascript', 'openai', { ...open, keyRequired: true })).toContain(
      'apiKey: process.env.HEARTH_API_KEY',
    )
  })
})

/** Runs the snippet with a stand-in for the package that it imports. */
async function runJavaScript(api: SnippetApi, options: SnippetOptions, asked: unknown[], printed: unknown[]) {
  const code = snippet('javascript', api, options)
  const imported = /^import (?:\{ )?(\w+)(?: \})? from .*$/m.exec(code)
  class Client {
    readonly create = async (request: unknown) => {
      asked.push(request)
      return {
        choices: [{ message: { content: 'Paris' } }],
        message: { content: 'Paris' },
        content: [{ text: 'Paris' }],
      }
    }
    readonly messages = { create: this.create }
    readonly chat = Object.assign(this.create, { completions: { create: this.create } })
    constructor(given: unknown) {
      asked.push(given)
    }
  }
  const body = code.replace(imported?.[0] ?? '', '')
  const run = new Function(imported?.[1] ?? '', 'console', `return (async () => {${body}})()`)
  await run(Client, { log: (value: unknown) => printed.push(value) })
}
