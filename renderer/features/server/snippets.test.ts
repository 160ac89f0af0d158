import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { snippet } from './snippets.ts'

const open = { baseUrl: 'http://127.0.0.1:1234/v1', model: 'smollm2:135m', keyRequired: false }
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
    const words = shellWords(snippet('curl', open))
    expect(words[0]).toBe('http://127.0.0.1:1234/v1/chat/completions')
    expect(words).toContain('Content-Type: application/json')
    expect(JSON.parse(words.at(-1) ?? '')).toEqual({
      model: 'smollm2:135m',
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
    })
  })

  it('keeps a model name with quotes and backslashes whole', () => {
    expect(JSON.parse(shellWords(snippet('curl', awkward)).at(-1) ?? '').model).toBe(awkward.model)
  })

  it('sends the key from the environment when one is needed', () => {
    expect(shellWords(snippet('curl', { ...open, keyRequired: true }))).toContain('Authorization: Bearer secret')
    expect(snippet('curl', open)).not.toContain('Authorization')
  })

  it('keeps an IPv6 address from being read as a pattern', () => {
    expect(shellWords(snippet('curl', { ...open, baseUrl: 'http://[::1]:1234/v1' }))[0]).toBe(
      'http://[::1]:1234/v1/chat/completions',
    )
  })
})

describe('the curl snippet for the Windows command prompt', () => {
  it('has no single quotes and escapes the double ones', () => {
    const text = snippet('curl', { ...open, windows: true })
    expect(text).not.toContain("'")
    expect(text).toContain(String.raw`-d "{\"model\":\"smollm2:135m\"`)
  })
})

describe('the Python snippet', () => {
  it('names address and model, says how to install the client, and prints the answer', () => {
    const text = snippet('python', open)
    expect(text).toContain('# pip install openai')
    expect(text).toContain('OpenAI(base_url="http://127.0.0.1:1234/v1", api_key="hearth")')
    expect(text).toContain('model="smollm2:135m"')
    expect(text.trimEnd()).toMatch(/print\(reply\.choices\[0\]\.message\.content\)$/)
  })

  it('reads a needed key from the environment', () => {
    const text = snippet('python', { ...open, keyRequired: true })
    expect(text).toContain('import os')
    expect(text).toContain('api_key=os.environ["HEARTH_API_KEY"]')
  })
})

describe('the JavaScript snippet', () => {
  it('asks through the given client and prints the answer', async () => {
    const asked: unknown[] = []
    const printed: unknown[] = []
    await runJavaScript(snippet('javascript', awkward), asked, printed)
    expect(asked).toEqual([
      { baseURL: open.baseUrl, apiKey: 'hearth' },
      { model: awkward.model, messages: [{ role: 'user', content: 'What is the capital of France?' }] },
    ])
    expect(printed).toEqual(['Paris'])
  })

  it('reads a needed key from the environment', () => {
    expect(snippet('javascript', { ...open, keyRequired: true })).toContain('apiKey: process.env.HEARTH_API_KEY')
  })
})

/** Runs the snippet with a stand-in for the `openai` package. */
async function runJavaScript(code: string, asked: unknown[], printed: unknown[]): Promise<void> {
  const body = code.replace('import OpenAI from "openai"', '')
  class OpenAI {
    readonly chat = {
      completions: {
        create: async (request: unknown) => {
          asked.push(request)
          return { choices: [{ message: { content: 'Paris' } }] }
        },
      },
    }
    constructor(options: unknown) {
      asked.push(options)
    }
  }
  const run = new Function('OpenAI', 'console', `return (async () => {${body}})()`)
  await run(OpenAI, { log: (value: unknown) => printed.push(value) })
}
