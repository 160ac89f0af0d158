import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { LoadOptions } from '../shared/process/engine.ts'

const settingPath = '/sys/kernel/mm/transparent_hugepage/enabled'
/** Reading that much again from memory takes about two seconds, which a larger model would make too many. */
const mostBytes = 4e9

/**
 * Whether large allocations of this process lie in huge pages: where the system gives them to all, or to whoever asks
 * and glibc was told to ask. Pages of a mapped file are small nearly everywhere.
 *
 * @param setting what Linux says of its huge pages; null elsewhere
 */
export function hasHugePages(
  env: Readonly<Record<string, string | undefined>> = process.env,
  setting: string | null = readSetting(),
): boolean {
  if (setting === null) return false
  if (setting.includes('[always]')) return true
  return setting.includes('[madvise]') && /(^|:)glibc\.malloc\.hugetlb=1(:|$)/.test(env['GLIBC_TUNABLES'] ?? '')
}

/**
 * Whether a model's file is mapped. Unless that was set, it is read where its weights then lie in huge pages: looking up
 * the addresses of small ones takes up to a fifth of the time of a token (docs/architecture.md).
 */
export async function mapsFile(
  { mmap, backend }: Pick<LoadOptions, 'mmap' | 'backend'>,
  path: string,
  hugePages: boolean = hasHugePages(),
): Promise<boolean> {
  if (mmap !== null) return mmap
  return backend !== 'cpu' || !hugePages || (await stat(path)).size > mostBytes
}

function readSetting(): string | null {
  try {
    return readFileSync(settingPath, 'utf8')
  } catch {
    return null
  }
}
