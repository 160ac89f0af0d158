import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { GenerationRecord } from '../../../shared/domain/engines.ts'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import { chat, testApp } from '../server.testing.ts'
import { createMetrics } from './metrics.ts'

const record: GenerationRecord = {
  id: 'a',
  at: 0,
  model: 'smollm2:135m',
  door: 'http',
  priority: 'api',
  usage: { prompt: 100, cached: 60, completion: 10, reasoning: 0 },
  timings: { queueMs: 5, loadMs: 700, ttftMs: 300, prefillTps: 100, decodeTps: 50 },
  cacheSource: 'disk',
  reason: 'stop',
  error: null,
}

describe('metrics', () => {
  it('count what answers took and how they ended', async () => {
    const metrics = createMetrics(() => [])
    metrics.generation(record)
    const error = { code: 'engine_crashed', message: 'It crashed.' } as const
    metrics.generation({ ...record, usage: null, timings: null, cacheSource: null, reason: null, error })
    const text = await metrics.text()
    expect(text).toContain('hearth_tokens_total{model="smollm2:135m",kind="prompt"} 40')
    expect(text).toContain('hearth_tokens_total{model="smollm2:135m",kind="cached"} 60')
    expect(text).toContain('hearth_generations_total{model="smollm2:135m",door="http",result="stop"} 1')
    expect(text).toContain('hearth_generations_total{model="smollm2:135m",door="http",result="engine_crashed"} 1')
    expect(text).toContain('hearth_cache_hits_total{source="disk"} 1')
    expect(text).toContain('hearth_time_to_first_token_seconds_sum{model="smollm2:135m"} 0.3')
    expect(text).toContain('hearth_time_per_token_seconds_sum{model="smollm2:135m"} 0.02')
  })

  it('count what happens to models, whether anybody waits or not', async () => {
    const metrics = createMetrics(() => [])
    metrics.modelEvent({ type: 'loaded', model: 'a', seconds: 0.7 })
    metrics.modelEvent({ type: 'evicted', model: 'a' })
    metrics.modelEvent({ type: 'failed', model: 'a', code: 'engine_hung' })
    const text = await metrics.text()
    expect(text).toContain('hearth_model_loads_total{model="a"} 1')
    expect(text).toContain('hearth_model_load_seconds_sum{model="a"} 0.7')
    expect(text).toContain('hearth_model_evictions_total{model="a"} 1')
    expect(text).toContain('hearth_engine_failures_total{model="a",code="engine_hung"} 1')
  })

  it.each(['alerts.yml', 'grafana-dashboard.json'])('have the names that %s asks for', async (file) => {
    const asked = readFileSync(join(import.meta.dirname, '../../../resources/monitoring', file), 'utf8')
    const names = new Set(asked.match(/\bhearth_\w+/g))
    expect(names.size).toBeGreaterThan(3)
    const text = await createMetrics(() => []).text()
    const known = [...text.matchAll(/^# TYPE (\w+) (\w+)/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    )
    expect([...names].filter((name) => !known.includes(name))).toEqual([])
  })

  it('tell how late the program is only where that costs nothing while it rests', async () => {
    const text = await createMetrics(() => []).text()
    expect(text.match(/^# TYPE hearth_nodejs_eventloop_lag\w*/gm)).toEqual([
      '# TYPE hearth_nodejs_eventloop_lag_seconds',
    ])
  })

  it('tell what is in memory now, and forget what no longer is', async () => {
    let loaded = [loadedFixture({ model: 'a', memoryBytes: 7, queued: 2 })]
    const metrics = createMetrics(() => loaded)
    expect(await metrics.text()).toContain('hearth_model_memory_bytes{model="a"} 7')
    expect(await metrics.text()).toContain('hearth_model_queued{model="a"} 2')
    loaded = []
    expect(await metrics.text()).not.toContain('model="a"')
  })

  it('count requests by route, whatever was asked for', async () => {
    const { ask } = testApp()
    await ask('/v1/models/smollm2:135m')
    await (await ask('/v1/chat/completions', chat())).text()
    await ask(`/secret/${'x'.repeat(50)}`)
    const response = await ask('/metrics')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await response.text()
    expect(text).toContain('hearth_requests_total{route="/v1/models/:id",method="GET",status="200"} 1')
    expect(text).toContain('hearth_requests_total{route="/v1/chat/completions",method="POST",status="200"} 1')
    expect(text).toContain('hearth_requests_total{route="other",method="GET",status="404"} 1')
    expect(text).not.toContain('secret')
    expect(text).toContain('hearth_requests_in_flight 0')
  })
})
