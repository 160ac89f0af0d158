import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasProgram } from './system.mjs'
import { cacheFolder } from './project.mjs'

const PROGRAMS = ['promtool', 'prometheus']

/**
 * Prometheus and its tool, from the PATH or out of Debian's package, which is unpacked into the cache of the project
 * without privileges.
 * @returns {{ promtool: string, prometheus: string } | { why: string }}
 */
export function findPrometheus() {
  if (PROGRAMS.every(hasProgram)) return { promtool: 'promtool', prometheus: 'prometheus' }
  const folder = join(cacheFolder, 'prometheus')
  const found = { promtool: join(folder, 'usr/bin/promtool'), prometheus: join(folder, 'usr/bin/prometheus') }
  if (existsSync(found.promtool)) return found
  if (!hasProgram('apt-get') || !hasProgram('dpkg'))
    return { why: 'Prometheus is not installed, and this is no Debian.' }
  mkdirSync(cacheFolder, { recursive: true })
  const work = mkdtempSync(join(cacheFolder, 'prometheus-'))
  try {
    execFileSync('apt-get', ['download', 'prometheus'], { cwd: work, stdio: 'pipe', timeout: 20_000 })
    const [file] = readdirSync(work).filter((name) => name.endsWith('.deb'))
    execFileSync('dpkg', ['-x', file ?? '', 'unpacked'], { cwd: work, stdio: 'pipe' })
    renameSync(join(work, 'unpacked'), folder)
    return found
  } catch (error) {
    return { why: `Debian's package of Prometheus could not be had: ${error instanceof Error ? error.message : error}` }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
