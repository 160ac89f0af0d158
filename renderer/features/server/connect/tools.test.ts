import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { SnippetOptions } from './snippets.ts'
import { TOOLS, toolParts } from './tools.ts'

const here: SnippetOptions = {
  address: 'http://127.0.0.1:1234',
  model: 'smollm2:135m',
  keyRequired: false,
  selfSigned: false,
  windows: false,
}
const elsewhere: SnippetOptions = { ...here, address: 'https://192.168.1.5:1234', keyRequired: true, selfSigned: true }

const textOf = (tool: (typeof TOOLS)[number], options: SnippetOptions): string =>
  toolParts(tool, options)
    .map((part) => {
      if (part.kind === 'code') return part.code
      return part.kind === 'values' ? part.values.map(({ name, value }) => `${name}=${value}`).join('\n') : part.where
    })
    .join('\n')

/** The variables that a POSIX shell has after the lines, and what it then starts. */
function inShell(code: string, program: string): { env: Record<string, string>; args: string[] } {
  const script = `${program}() { printf '%s\\0' "$@"; printf '\\0'; env -0; }\n${code}\n`
  const out = execFileSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { HEARTH_API_KEY: 'secret', PATH: process.env.PATH },
  })
  const [args = '', env = ''] = out.split('\0\0')
  const pairs = env.split('\0').filter((line) => line.includes('='))
  return {
    args: args.split('\0'),
    env: Object.fromEntries(pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
  }
}

describe('settings for well-known programs', () => {
  it.each(TOOLS)('names the address for %s', (tool) => {
    expect(textOf(tool, here)).toContain(here.address)
  })

  it.each(TOOLS.filter((tool) => tool !== 'copilot'))(
    'never gives %s a made-up key where a real one is needed',
    (tool) => {
      expect(textOf(tool, here)).toMatch(/hearth/)
      expect(textOf(tool, elsewhere)).not.toMatch(/[="']hearth\b/)
    },
  )

  it('gives Continue a model of its config.yaml', () => {
    const text = textOf('continue', { ...here, model: 'it: "is" #1' })
    expect(text).toContain('  - name: "it: \\"is\\" #1"')
    expect(text).toContain(
      '    provider: openai\n    model: "it: \\"is\\" #1"\n    apiBase: "http://127.0.0.1:1234/v1"',
    )
    expect(textOf('continue', elsewhere)).toContain('apiKey: ${{ secrets.HEARTH_API_KEY }}')
    expect(textOf('continue', elsewhere)).toContain('verifySsl: false')
  })

  it('gives Cline what its form asks for', () => {
    expect(textOf('cline', here).split('\n')).toEqual([
      'API Provider=OpenAI Compatible',
      'Base URL=http://127.0.0.1:1234/v1',
      'API Key=hearth',
      'Model ID=smollm2:135m',
    ])
  })

  it('says that Copilot can send no key', () => {
    expect(JSON.parse(textOf('copilot', here))).toEqual({ 'github.copilot.chat.byok.ollamaEndpoint': here.address })
    expect(toolParts('copilot', elsewhere)).toEqual([{ kind: 'not', where: 'copilotKey' }])
  })

  it('quotes for the Windows command prompt', () => {
    expect(textOf('aider', { ...elsewhere, windows: true })).toContain('set OPENAI_API_KEY=%HEARTH_API_KEY%')
    expect(textOf('openWebUi', { ...elsewhere, windows: true })).toContain('-e OPENAI_API_KEY="%HEARTH_API_KEY%" ^\n')
  })
})

describe.skipIf(process.platform === 'win32')('the lines for a shell', () => {
  it('start aider with the address, the key and the model', () => {
    const { env, args } = inShell(textOf('aider', elsewhere), 'aider')
    expect(env).toMatchObject({ OPENAI_API_BASE: 'https://192.168.1.5:1234/v1', OPENAI_API_KEY: 'secret' })
    expect(args).toEqual(['--no-verify-ssl', '--model', 'openai/smollm2:135m'])
  })

  it('start Open WebUI on this computer, and in a container where other computers may enter', () => {
    const start = toolParts('openWebUi', here)[0]
    const container = toolParts('openWebUi', elsewhere)[0]
    if (start?.kind !== 'code' || container?.kind !== 'code') throw new Error('no code')
    const { env } = inShell(start.code.replace('open-webui serve', 'webui serve'), 'webui')
    expect(env).toMatchObject({ OPENAI_API_BASE_URL: 'http://127.0.0.1:1234/v1', OPENAI_API_KEY: 'hearth' })
    const { args } = inShell(container.code, 'docker')
    expect(args).toContain('OPENAI_API_BASE_URL=https://192.168.1.5:1234/v1')
    expect(args).toContain('OPENAI_API_KEY=secret')
    expect(args.at(-1)).toBe('ghcr.io/open-webui/open-webui:main')
  })
})
