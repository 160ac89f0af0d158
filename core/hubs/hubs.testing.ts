import { onTestFinished } from 'vitest'
import { Settings } from '../../shared/domain/settings.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createHttp, type HttpDeps } from './http.ts'
import { createHubs, type HubsDeps } from './hubs.ts'
import { createSecrets } from './secrets.ts'

/** Anything that must be closed, closed after the test. */
export function closing<T extends { close(): Promise<void> }>(resource: T): T {
  onTestFinished(() => resource.close())
  return resource
}

/** A client of the network with settings and environment of the test's own; straight, if nothing else is said. */
export function testHttp(deps: Partial<HttpDeps> = {}) {
  return closing(
    createHttp({
      version: '1.2.3',
      settings: () => Settings.parse({}).hubs,
      env: {},
      resolveProxy: null,
      proxyLogin: () => Promise.resolve(null),
      ...deps,
    }),
  )
}

/** The hubs in a home of their own, spoken to where the environment says. */
export function testHubs(env: Record<string, string>, deps: Partial<HubsDeps> = {}) {
  const home = tempFolder()
  const log = { warn: () => undefined }
  const secrets = createSecrets(home, null, log)
  const hubs = createHubs({
    http: testHttp(),
    settings: () => Settings.parse({}).hubs,
    env: {
      HF_ENDPOINT: 'http://127.0.0.1:9',
      HEARTH_OLLAMA_REGISTRY: 'http://127.0.0.1:9',
      MODELSCOPE_DOMAIN: 'http://127.0.0.1:9',
      ...env,
    },
    secrets,
    readHeader: () => Promise.resolve(null),
    home,
    memoryBudget: () => 16e9,
    log,
    ...deps,
  })
  return { hubs, secrets, home }
}

/** Bytes that are not all the same. */
export function someBytes(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7 + (index >> 8)) % 256)
}
