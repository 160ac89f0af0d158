import { describe, expect, it } from 'vitest'
import type { GenerationEvent } from '../../../shared/domain/generation.ts'
import { createRequestLog } from './requests.ts'

const finish: GenerationEvent = {
  type: 'finish',
  choice: 0,
  reason: 'stop',
  usage: { prompt: 30, cached: 0, completion: 9, reasoning: 0 },
  timings: { queueMs: 0, loadMs: 0, ttftMs: 5, prefillTps: 100, decodeTps: 42 },
  trace: { renderedTokens: 30, droppedMessages: 0, seed: 1, cacheSource: 'none' },
}

function log() {
  let changes = 0
  const forgotten: string[] = []
  const requests = createRequestLog(
    () => 1000,
    () => changes++,
    { begun: () => {}, request: () => {} },
    { get: () => undefined, forget: (id) => void forgotten.push(id) },
  )
  return { requests, forgotten, changes: () => changes, newest: () => requests.list()[0] }
}

describe('the list of requests', () => {
  it('shows tokens while they come and the measured figures at the end', () => {
    const { requests, newest, changes } = log()
    const record = requests.begin('POST', '/v1/chat/completions')
    record.setModel('m')
    expect(newest()).toMatchObject({ startedAt: 1000, model: 'm', status: null, completionTokens: null })
    record.observe({ type: 'prefill', choice: 0, done: 10, total: 30, cached: 0 })
    record.observe({ type: 'text', choice: 0, text: 'a', tokens: 1 })
    record.observe({ type: 'text', choice: 0, text: 'b', tokens: 3 })
    const before = changes()
    expect(newest()).toMatchObject({ promptTokens: 30, completionTokens: 4, status: null })
    expect(newest()?.firstTokenMs).toBeGreaterThanOrEqual(0)
    record.observe(finish)
    record.end(200)
    expect(newest()).toMatchObject({
      status: 200,
      completionTokens: 9,
      tokensPerSecond: 42,
      cancelled: false,
      error: null,
    })
    expect(newest()?.durationMs).toBeGreaterThanOrEqual(0)
    expect(changes()).toBeGreaterThan(before)
  })

  it('adds up the tokens of several answers', () => {
    const { requests, newest } = log()
    const record = requests.begin('POST', '/x')
    for (const choice of [0, 1]) record.observe({ type: 'text', choice, text: 'a', tokens: 5 })
    record.observe(finish)
    record.observe({ ...finish, choice: 1 })
    expect(newest()?.completionTokens).toBe(10)
  })

  it('says that the client hung up, and nothing after it', () => {
    const { requests, newest } = log()
    const record = requests.begin('POST', '/x')
    record.cancel()
    record.observe({ type: 'error', choice: 0, error: { code: 'cancelled', message: 'Stopped.' } })
    record.end(200)
    expect(newest()).toMatchObject({ status: 499, cancelled: true, error: null })
  })

  it('keeps the newest 200', () => {
    const { requests } = log()
    for (let i = 0; i < 250; i++) requests.begin('GET', `/${i}`).end(200)
    const paths = requests.list().map((entry) => entry.path)
    expect(paths).toHaveLength(200)
    expect(paths[0]).toBe('/249')
    expect(paths.at(-1)).toBe('/50')
  })

  it('forgets what is answered, with its words, and keeps what runs', () => {
    const { requests, forgotten } = log()
    const done = requests.begin('GET', '/done')
    done.end(200)
    requests.begin('GET', '/running')
    requests.clear()
    expect(requests.list().map((entry) => entry.path)).toEqual(['/running'])
    expect(forgotten).toEqual([done.id])
  })
})
