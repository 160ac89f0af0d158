import { AppError } from '../../shared/domain/errors.ts'
import { Settings } from '../../shared/domain/settings.ts'
import type { HuggingFaceDouble } from '../hubs/doubles/huggingface.testing.ts'
import { createHttp } from '../hubs/http.ts'
import type { DownloadPlan, Http, HubCall, Located, PlannedFile } from '../hubs/hub.ts'
import { createHuggingFace } from '../hubs/huggingface/huggingface.ts'

/** The real client, without proxies. */
export function testHttp(now: () => number = Date.now): Http {
  return createHttp({
    version: '0.0.0',
    settings: () => Settings.parse({}).hubs,
    env: {},
    resolveProxy: null,
    proxyLogin: () => Promise.resolve(null),
    now,
  })
}

/** The real adapter and the real client, before a double. */
export function connectHub(double: HuggingFaceDouble, now: () => number) {
  const real = testHttp(now)
  const hub = {
    /** No network at all. */
    offline: false,
    token: null as string | null, // set by tests
    /** A hub that tells neither sizes nor hashes. */
    poor: false,
    http: {
      request(url, options) {
        if (!hub.offline) return real.request(url, options)
        const { host } = new URL(url)
        return Promise.reject(new AppError({ code: 'hub_unreachable', message: `${host} is away.`, data: { host } }))
      },
      close: real.close,
    } satisfies Http as Http, // its methods are called through the interface
    async planFor(
      wanted: { repo: string; revision?: string | undefined; variant: string },
      call: HubCall,
    ): Promise<DownloadPlan> {
      const plan = await adapter.plan(wanted, call)
      return hub.poor
        ? { ...plan, files: plan.files.map((file) => ({ ...file, sizeBytes: null, sha256: null })) }
        : plan
    },
    async locate(plan: DownloadPlan, file: PlannedFile, call: HubCall): Promise<Located> {
      const located = await adapter.locate(plan, file, call)
      return hub.poor ? { ...located, sizeBytes: null, sha256: null } : located
    },
  }
  const adapter = createHuggingFace({
    http: hub.http,
    endpoint: () => double.origin,
    token: () => Promise.resolve(hub.token),
  })
  return hub
}
