import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EngineToHost, LoadOptions } from '../shared/process/engine.ts'
import { question, startEngine } from './test-engine.ts'

/** Asks an engine one question; resident bytes are of the loaded model. */
async function tryWith(options: Partial<LoadOptions>) {
  const engine = startEngine({ contextLength: 8192, slots: 2, ...options })
  try {
    const resident = new Promise<number>((resolve) => {
      engine.process.on('message', (messages: EngineToHost[]) => {
        for (const message of messages) {
          if (message.type === 'heartbeat' && isReady) resolve(message.heartbeat.residentBytes)
        }
      })
    })
    let isReady = false
    const loaded = await engine.loaded
    isReady = true
    if (loaded.type === 'error') return { loaded, text: '', renderedTokens: 0, residentBytes: 0 }
    const residentBytes = await Promise.race([resident, setTimeout(60_000, 0)])
    const { text, done } = await engine.generate({ input: question('What is the capital of France?'), maxTokens: 40 })
    return { loaded, text, renderedTokens: done?.renderedTokens ?? 0, residentBytes }
  } finally {
    engine.process.kill('SIGKILL')
  }
}

describe('load settings', { timeout: 240_000 }, () => {
  it('store the cache in fewer bits, which takes less memory and answers as well', async () => {
    const f16 = await tryWith({ kvType: 'f16' })
    const q8 = await tryWith({ kvType: 'q8_0' })
    const q4 = await tryWith({ kvType: 'q4_0' })
    for (const { text } of [f16, q8]) expect(text).toContain('Paris')
    expect(q4.text).not.toBe('')
    // Two contexts of 8192 tokens are 377, 200 and 106 MB.
    expect(f16.residentBytes - q8.residentBytes).toBeGreaterThan(120e6)
    expect(q8.residentBytes - q4.residentBytes).toBeGreaterThan(50e6)
  })

  it('take a template of one’s own, and refuse to load with a wrong one', async () => {
    const plain = await tryWith({ contextLength: 512 })
    const template = '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}'
    const own = await tryWith({ template: { language: 'jinja', text: template }, contextLength: 512 })
    expect(own.renderedTokens).toBeGreaterThan(10)
    expect(own.renderedTokens).toBeLessThan(plain.renderedTokens)
    const { loaded } = await tryWith({ template: { language: 'jinja', text: '{% for m in %}' }, contextLength: 512 })
    expect(loaded).toMatchObject({ type: 'error', fatal: true, error: { code: 'invalid_input' } })
  })
})
