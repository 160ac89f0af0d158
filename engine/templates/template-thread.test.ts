import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatTemplateSource } from '../../shared/domain/models.ts'
import { createTemplateThread, type TemplateThread } from './template-thread.ts'

let folder = ''
const opened: TemplateThread[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-template-'))
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir: folder,
      target: 'node20.18',
      minify: false,
      rolldownOptions: {
        input: { 'template-worker': join(import.meta.dirname, 'template-worker.ts') },
        external: [...builtinModules, /^node:/],
        output: { format: 'es', entryFileNames: '[name].mjs', codeSplitting: false },
      },
    },
  })
}, 120_000)

afterAll(async () => {
  for (const thread of opened) await thread.close()
  await rm(folder, { recursive: true, force: true })
})

function open(
  text: string,
  { language = 'jinja' as ChatTemplateSource['language'], limitMs = 60_000, worker = 'template-worker.mjs' } = {},
) {
  const setup = { source: { language, text }, tokens: { bos: '<s>', eos: '</s>' }, controls: ['<s>', '</s>'] }
  const thread = createTemplateThread(setup, { workerPath: join(folder, worker), limitMs })
  opened.push(thread)
  return thread
}
const conversation = (content: string) => ({
  type: 'render' as const,
  conversation: { messages: [{ role: 'user' as const, content }], tools: [], reasoning: 'auto' as const },
})
const plain = '{% for m in messages %}{{ m.content }}{% endfor %}'
/** Runs for ever for one conversation alone. */
const sometimes = `{% if messages[0].content == 'loop' %}${'{% for a in range(400000) %}'.repeat(3)}${'{% endfor %}'.repeat(3)}{% endif %}${plain}`

describe('a thread for a template', { timeout: 120_000 }, () => {
  it('renders in the order of asking', async () => {
    const thread = open(plain)
    const answers = await Promise.all(['one', 'two <s>', 'three'].map((text) => thread.ask(conversation(text))))
    expect(answers).toMatchObject([
      { rendering: { text: 'one', foreign: [] } },
      { rendering: { text: 'two <s>', foreign: [[0, 7]] } },
      { rendering: { text: 'three' } },
    ])
  })

  it('ends one that never ends, and answers those who waited behind it', async () => {
    const thread = open(sometimes, { limitMs: 1_500 })
    await thread.ask(conversation('warm'))
    const answers = await Promise.all(['loop', 'after'].map((text) => thread.ask(conversation(text))))
    expect(answers).toMatchObject([
      { type: 'failed', detail: 'it does not come to an end' },
      { type: 'rendered', rendering: { text: 'after' } },
    ])
  })

  it('outlives one that takes all memory', async () => {
    const lists = `{% set ns = namespace(all=[]) %}{% for i in range(100000) %}{% set ns.all = ns.all + [range(400000)] %}{% endfor %}`
    const thread = open(`{% if messages[0].content == 'grow' %}${lists}{% endif %}${plain}`)
    expect(await thread.ask(conversation('grow'))).toMatchObject({
      type: 'failed',
      detail: expect.stringContaining('memory'),
    })
    expect(await thread.ask(conversation('after'))).toMatchObject({ rendering: { text: 'after' } })
  })

  it('says what is wrong with a template in either language', async () => {
    expect(await open('{% for m in %}').ask({ type: 'abilities' })).toMatchObject({ type: 'failed', at: 'template' })
    expect(await open('{{ foo }}', { language: 'go' }).ask({ type: 'abilities' })).toMatchObject({
      type: 'failed',
      at: 'template',
      detail: "line 1, column 4: there is no function 'foo'",
    })
    expect(await open('  ').ask({ type: 'abilities' })).toMatchObject({ detail: 'it is empty' })
  })

  it('renders without a thread where none can be started', async () => {
    const thread = open(plain, { worker: 'missing.mjs' })
    expect(await thread.ask(conversation('still'))).toMatchObject({ rendering: { text: 'still' } })
    expect(await thread.ask(conversation('and again'))).toMatchObject({ rendering: { text: 'and again' } })
  })

  it('tells those who wait that it was closed', async () => {
    const thread = open(plain)
    const answer = thread.ask(conversation('late'))
    await thread.close()
    expect(await answer).toMatchObject({ type: 'failed', detail: 'it was stopped' })
  })
})
