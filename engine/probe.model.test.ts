import { fork } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LoadOptions } from '../shared/process/engine.ts'
import type { ProbeReply, ProbeRequest } from '../shared/process/probe.ts'
import { readModel } from './gguf/read-model.ts'
import { chatModel, embeddingModel } from './test-engine.ts'

/** Asks the built probe, as the core does. Null: it died. */
function ask(request: ProbeRequest): Promise<ProbeReply | null> {
  const child = fork(join(import.meta.dirname, '../dist/engine/probe.js'), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return new Promise<ProbeReply | null>((resolve) => {
    child.on('message', ([reply]: ProbeReply[]) => resolve(reply ?? null))
    child.once('exit', () => resolve(null))
    child.send(request)
  }).finally(() => child.kill('SIGKILL'))
}

const options = (path: string, template: string | null = null): LoadOptions => ({
  path,
  template: template === null ? null : { language: 'jinja', text: template },
  backend: 'cpu',
  contextLength: 256,
  slots: 1,
  decodeThreads: 1,
  batchThreads: 1,
  decodeBatchMax: 1,
  flashAttention: true,
  batchSize: 256,
  kvType: 'f16',
  gpuLayers: null,
  mmap: true,
  mlock: false,
  loras: [],
  draftPath: null,
  split: { mainGpu: null, tensorSplit: [], cpuExpertLayers: 0 },
  toolStyle: null,
  stateCache: null,
  nativeAddon: null,
})
const templateOf = async () => (await readModel(chatModel)).facts.chatTemplate

describe('trying a model in a throwaway process', { timeout: 120_000 }, () => {
  it('finds that the chat model loads, renders, answers and stops', async () => {
    const chatTemplate = await templateOf()
    expect(await ask({ type: 'check', kind: 'chat', chatTemplate, options: options(chatModel) })).toEqual({
      type: 'check',
      findings: { loads: true, templateRenders: true, answers: true, stops: true, error: null },
    })
  })

  it('finds that the embedding model makes vectors', async () => {
    const reply = await ask({ type: 'check', kind: 'embedding', chatTemplate: null, options: options(embeddingModel) })
    expect(reply).toEqual({
      type: 'check',
      findings: { loads: true, templateRenders: null, answers: null, stops: null, error: null },
    })
  })

  it('says that a template of one’s own is wrong', async () => {
    const chatTemplate = '{% for message in %}'
    const reply = await ask({ type: 'check', kind: 'chat', chatTemplate, options: options(chatModel, chatTemplate) })
    expect(reply).toMatchObject({
      findings: { loads: false, templateRenders: false, error: { code: 'invalid_input' } },
    })
  })

  it('says why a damaged file does not load', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-check-'))
    const path = join(folder, 'half.gguf')
    const bytes = await readFile(chatModel)
    await writeFile(path, bytes.subarray(0, bytes.length / 2))
    const reply = await ask({ type: 'check', kind: 'chat', chatTemplate: null, options: options(path) })
    expect(reply).toMatchObject({ findings: { loads: false, error: { code: 'model_file_truncated' } } })
    await rm(folder, { recursive: true, force: true })
  })
})

describe('the preview of a template', { timeout: 120_000 }, () => {
  const messages = [{ role: 'user' as const, content: 'Hello there' }]

  it('shows the text that the model is given, and counts its tokens', async () => {
    const template = (await templateOf()) ?? ''
    const reply = await ask({ type: 'template', path: chatModel, template, messages })
    expect(reply).toMatchObject({ text: expect.stringContaining('<|im_start|>user\nHello there<|im_end|>') })
    expect(reply).toMatchObject({ tokens: expect.any(Number) })
    expect(await ask({ type: 'template', path: null, template, messages })).toMatchObject({ tokens: null })
  })

  it('shows what a Go template makes', async () => {
    const template = { language: 'go' as const, text: '{{ range .Messages }}[{{ .Role }}]{{ .Content }}{{ end }}' }
    const reply = await ask({ type: 'template', path: chatModel, template, messages })
    expect(reply).toMatchObject({ text: '[user]Hello there', tokens: expect.any(Number) })
  })

  it('survives a template that never ends', async () => {
    const template = `${'{% for a in range(400000) %}'.repeat(3)}${'{% endfor %}'.repeat(3)}`
    const reply = await ask({ type: 'template', path: null, template, messages })
    expect(reply).toMatchObject({ type: 'error', error: { code: 'invalid_input' } })
  })

  it('says what is wrong with a template', async () => {
    const reply = await ask({ type: 'template', path: null, template: '{% for message in %}', messages })
    expect(reply).toMatchObject({ type: 'error', error: { code: 'invalid_input', data: { parameter: 'template' } } })
  })
})

describe('measuring memory', { timeout: 120_000 }, () => {
  it('reads it with so many threads', async () => {
    const reply = await ask({ type: 'bandwidth', threads: 2, bytes: 1e8 })
    if (reply?.type !== 'bandwidth') throw new Error('The probe did not measure.')
    expect(reply.bytesPerSecond).toBeGreaterThan(1e8)
    expect(reply.bytesPerSecond).toBeLessThan(1e13)
  })
})
