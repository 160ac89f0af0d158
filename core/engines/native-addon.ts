import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Backend } from '../../shared/domain/hardware.ts'

interface Surroundings {
  /** The built engine: our addon lies in the same `dist`. */
  engineEntry: string
  platform: NodeJS.Platform
  arch: string
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Our own build of node-llama-cpp's addon for a backend (docs/native.md); null where there is none, and when
 * `HEARTH_NATIVE=off`. Whether it fits the installed library is found out by the engine that loads it.
 */
export function findNativeAddon({ engineEntry, platform, arch, env }: Surroundings, backend: Backend): string | null {
  if (env['HEARTH_NATIVE']?.trim().toLowerCase() === 'off') return null
  const dist = dirname(dirname(engineEntry))
  const path = join(dist, 'native', `${platform}-${arch}`, backend, 'llama-addon.node')
  return existsSync(path) ? path : null
}
