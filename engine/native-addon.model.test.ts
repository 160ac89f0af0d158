import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { LoadOptions } from '../shared/process/engine.ts'
import { question, startEngine } from './test-engine.ts'

const root = join(import.meta.dirname, '..')
const builds = join(root, 'dist', 'native', `${process.platform}-${process.arch}`, 'cpu')
const addon = join(builds, 'llama-addon.node')
const isBuilt = existsSync(addon)
if (!isBuilt)
  process.stderr.write(
    'Our own build of the addon is not there (npm run build:native): only the stock one is tested.\n',
  )

const draft = join(root, 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
const noSplit: LoadOptions['split'] = { mainGpu: null, tensorSplit: [], cpuExpertLayers: 0 }

/** What an engine with these settings says when it is loaded, and its greedy answer. */
async function tryWith(options: Partial<LoadOptions>) {
  const engine = startEngine({ contextLength: 512, slots: 1, decodeThreads: 1, batchThreads: 1, ...options })
  try {
    const loaded = await engine.loaded
    if (loaded.type === 'error') return { loaded, text: '' }
    const { text } = await engine.generate({ input: question('Name three colours of the rainbow.'), maxTokens: 40 })
    return { loaded, text }
  } finally {
    engine.process.kill('SIGKILL')
  }
}

/** What it takes for the likeliest tokens after each prompt. */
async function firstLogprobs(prompts: readonly string[], options: Partial<LoadOptions>) {
  const engine = startEngine({ contextLength: 2048, slots: 1, flashAttention: true, nativeAddon: null, ...options })
  try {
    await engine.loaded
    const all = []
    for (const prompt of prompts) {
      const { texts } = await engine.generate({ input: { kind: 'prompt', prompt }, maxTokens: 1, logprobs: { top: 3 } })
      all.push(texts[0]?.logprobs?.[0]?.top ?? [])
    }
    return all
  } finally {
    engine.process.kill('SIGKILL')
  }
}

describe('an engine with either addon', { timeout: 240_000 }, () => {
  it('says that the stock one runs, and answers', async () => {
    const { loaded, text } = await tryWith({ nativeAddon: null })
    expect(loaded).toMatchObject({ type: 'ready', native: false })
    expect(text).not.toBe('')
  })

  it.skipIf(!isBuilt)('writes the same greedy answer with ours', async () => {
    // With flash attention the last digits differ, which may decide a near tie otherwise.
    const stock = await tryWith({ nativeAddon: null, flashAttention: false })
    const ours = await tryWith({ nativeAddon: addon, flashAttention: false })
    expect(ours.loaded).toMatchObject({ type: 'ready', native: true })
    expect(ours.text).toBe(stock.text)
  })

  it.skipIf(!isBuilt || process.arch !== 'x64' || process.platform !== 'linux')(
    'attends with our kernel, which only the last digits tell, unless that is off',
    async () => {
      const words = Array.from({ length: 400 }, (_, index) => `word${index % 37}`)
      const prompts = [2, 20, 100, 300].map((count) => words.slice(-count).join(' '))
      const stock = await firstLogprobs(prompts, {})
      const ours = await firstLogprobs(prompts, { nativeAddon: addon })
      expect(stock.flat()).toHaveLength(prompts.length * 3)
      expect(ours.slice(0, 2)).not.toEqual(stock.slice(0, 2))
      for (const [index, top] of stock.entries()) {
        expect(ours[index]?.[0]?.token).toBe(top[0]?.token)
        // Figures of a short prompt from ggml's own two kinds of attention lie up to 0.2 apart.
        expect(Math.abs((ours[index]?.[0]?.logprob ?? NaN) - (top[0]?.logprob ?? NaN))).toBeLessThan(0.2)
      }
      vi.stubEnv('HEARTH_ATTENTION', 'off')
      // Longer ones are read in chunks whose sizes depend on time.
      expect(await firstLogprobs(prompts.slice(0, 2), { nativeAddon: addon })).toEqual(stock.slice(0, 2))
      vi.unstubAllEnvs()
    },
  )

  it.skipIf(!isBuilt)('takes the stock one when ours was altered, and says so', async () => {
    // As deep as a real one, so that the alteration is all that is wrong with it.
    const copy = mkdtempSync(join(root, 'dist', 'native', 'test-'))
    try {
      cpSync(builds, join(copy, 'cpu'), { recursive: true })
      writeFileSync(join(copy, 'cpu', 'llama-addon.node'), 'not a library')
      const { loaded, text } = await tryWith({ nativeAddon: join(copy, 'cpu', 'llama-addon.node') })
      expect(loaded).toMatchObject({ type: 'ready', native: false })
      expect(text).not.toBe('')
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })

  it.skipIf(!isBuilt)('obeys experts on the processor with ours', async () => {
    const { loaded } = await tryWith({ nativeAddon: addon, split: { ...noSplit, cpuExpertLayers: 2 } })
    expect(loaded).toMatchObject({ type: 'ready', native: true })
  })
})

describe('load settings that can’t be obeyed', { timeout: 240_000 }, () => {
  it('are refused by name', async () => {
    const cases: [Partial<LoadOptions>, string][] = [
      [{ split: { ...noSplit, cpuExpertLayers: 4 }, nativeAddon: null }, 'split'],
      [{ split: { ...noSplit, mainGpu: 0 } }, 'split'],
      [{ kvType: 'q8_0', flashAttention: false }, 'kvType'],
    ]
    for (const [options, parameter] of cases) {
      const { loaded } = await tryWith(options)
      expect(loaded).toMatchObject({ type: 'error', error: { code: 'unsupported_parameter', data: { parameter } } })
    }
  })

  it('are refused when the file of an adapter or draft model is missing or another thing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-load-'))
    try {
      const missing = join(folder, 'none.gguf')
      mkdirSync(join(folder, 'folder.gguf'))
      const cases: [Partial<LoadOptions>, string][] = [
        [{ draftPath: missing }, 'model_file_missing'],
        [{ loras: [{ path: missing, scale: 1 }] }, 'model_file_missing'],
        [{ draftPath: join(folder, 'folder.gguf') }, 'model_file_invalid'],
        [{ loras: [{ path: draft, scale: 1 }] }, 'model_load_failed'],
        [{ draftPath: join(root, 'resources/models/all-MiniLM-L6-v2-Q8_0.gguf') }, 'unsupported_parameter'],
      ]
      for (const [options, code] of cases) {
        const { loaded } = await tryWith(options)
        expect(loaded).toMatchObject({ type: 'error', fatal: true, error: { code } })
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('does not touch those that can: no mapping, a draft model of the same vocabulary', async () => {
    const plain = await tryWith({ nativeAddon: null })
    const { loaded, text } = await tryWith({ mmap: false, draftPath: draft, nativeAddon: null })
    expect(loaded).toMatchObject({ type: 'ready' })
    expect(text).toBe(plain.text)
  })
})
