import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { GenerationRecord, LoadedModel } from '../../../shared/domain/engines.ts'
import type { ModelEvent } from '../../engines/pool-deps.ts'

/** What Prometheus is told. Names of models are those of this computer; no path, key or text is among the labels. */
export interface Metrics {
  /** @param route the pattern that answered; `other` for what is no route */
  request(request: { route: string; method: string; status: number; seconds: number }): void
  begun(): void
  generation(record: GenerationRecord): void
  modelEvent(event: ModelEvent): void
  contentType: string
  text(): Promise<string>
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const HOUR_MS = 3_600_000
const LAGS = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']
const TOKEN_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]

export function createMetrics(loadedModels: () => readonly LoadedModel[]): Metrics {
  const registry = new Registry()
  const registers = [registry]
  // To record how late its timers are would wake an idle program a hundred times a second; how late one is at a scrape
  // is told without.
  collectDefaultMetrics({ register: registry, prefix: 'hearth_', eventLoopMonitoringPrecision: HOUR_MS })
  for (const lag of LAGS) registry.removeSingleMetric(`hearth_nodejs_eventloop_lag_${lag}_seconds`)

  const requests = new Counter({
    name: 'hearth_requests_total',
    help: 'HTTP requests that ended, by route, method and status',
    labelNames: ['route', 'method', 'status'] as const,
    registers,
  })
  const durations = new Histogram({
    name: 'hearth_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['route'] as const,
    buckets: SECONDS,
    registers,
  })
  const inFlight = new Gauge({
    name: 'hearth_requests_in_flight',
    help: 'HTTP requests that are answered now',
    registers,
  })
  const generations = new Counter({
    name: 'hearth_generations_total',
    help: 'Answers that ended, by model, who asked, and how they ended: a reason, or the code of an error',
    labelNames: ['model', 'door', 'result'] as const,
    registers,
  })
  const tokens = new Counter({
    name: 'hearth_tokens_total',
    help: 'Tokens: of prompts that were read, of prompts that were in the cache, and of answers',
    labelNames: ['model', 'kind'] as const,
    registers,
  })
  const firstTokens = new Histogram({
    name: 'hearth_time_to_first_token_seconds',
    help: 'Time from the arrival of a request to its first token',
    labelNames: ['model'] as const,
    buckets: SECONDS,
    registers,
  })
  const perToken = new Histogram({
    name: 'hearth_time_per_token_seconds',
    help: 'Mean time between the tokens of an answer',
    labelNames: ['model'] as const,
    buckets: TOKEN_SECONDS,
    registers,
  })
  const waits = new Histogram({
    name: 'hearth_queue_seconds',
    help: 'Time that a request waited for a slot',
    labelNames: ['model'] as const,
    buckets: SECONDS,
    registers,
  })
  const cacheHits = new Counter({
    name: 'hearth_cache_hits_total',
    help: 'Answers whose beginning had been read before, by where that was kept',
    labelNames: ['source'] as const,
    registers,
  })
  const loads = new Counter({
    name: 'hearth_model_loads_total',
    help: 'Models that were put into memory, whoever asked for them',
    labelNames: ['model'] as const,
    registers,
  })
  const loadSeconds = new Histogram({
    name: 'hearth_model_load_seconds',
    help: 'Time that it took to put a model into memory',
    labelNames: ['model'] as const,
    buckets: SECONDS,
    registers,
  })
  const evictions = new Counter({
    name: 'hearth_model_evictions_total',
    help: 'Idle models that made room for another',
    labelNames: ['model'] as const,
    registers,
  })
  const failures = new Counter({
    name: 'hearth_engine_failures_total',
    help: 'Crashes, hangs and loads that failed, whether anybody waited or not',
    labelNames: ['model', 'code'] as const,
    registers,
  })
  // Asked for at each scrape.
  const gauge = (name: string, help: string, of: (model: LoadedModel) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['model'] as const,
      registers,
      collect() {
        this.reset()
        for (const loaded of loadedModels()) this.set({ model: loaded.model }, of(loaded))
      },
    })
  gauge('hearth_model_memory_bytes', 'Resident memory of a model’s process', ({ memoryBytes }) => memoryBytes ?? 0)
  gauge('hearth_model_active', 'Requests that a model answers now', ({ active }) => active)
  gauge('hearth_model_queued', 'Requests that wait for a model', ({ queued }) => queued)
  gauge('hearth_model_ready', '1 for a model in memory, 0 on its way', ({ state }) => (state === 'ready' ? 1 : 0))

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    begun: () => inFlight.inc(),
    request({ route, method, status, seconds }) {
      inFlight.dec()
      requests.inc({ route, method, status: String(status) })
      durations.observe({ route }, seconds)
    },
    modelEvent(event) {
      const { model } = event
      switch (event.type) {
        case 'loaded':
          loads.inc({ model })
          return loadSeconds.observe({ model }, event.seconds)
        case 'evicted':
          return evictions.inc({ model })
        case 'failed':
          return failures.inc({ model, code: event.code })
      }
    },
    generation({ model, door, reason, error, usage, timings, cacheSource }) {
      generations.inc({ model, door, result: error?.code ?? reason ?? 'unknown' })
      if (usage !== null) {
        tokens.inc({ model, kind: 'prompt' }, usage.prompt - usage.cached)
        tokens.inc({ model, kind: 'cached' }, usage.cached)
        tokens.inc({ model, kind: 'completion' }, usage.completion)
      }
      if (cacheSource !== null && cacheSource !== 'none') cacheHits.inc({ source: cacheSource })
      if (timings === null) return
      waits.observe({ model }, timings.queueMs / 1000)
      if (timings.ttftMs !== null) firstTokens.observe({ model }, timings.ttftMs / 1000)
      if (timings.decodeTps !== null && timings.decodeTps > 0) perToken.observe({ model }, 1 / timings.decodeTps)
    },
  }
}
