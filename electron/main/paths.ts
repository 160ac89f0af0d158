import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from 'electron'
import { resolveHome } from '../../core/paths.ts'
import type { Paths } from '../../shared/process/shell.ts'

export interface ShellPaths extends Paths {
  coreEntry: string
  preload: string
  icons: string
  logs: string
  windowState: string
}

/** Where everything lies, in a checkout and in the packaged app. This file is built to `dist/electron/main.js`. */
export function shellPaths(): ShellPaths {
  const dist = dirname(dirname(fileURLToPath(import.meta.url)))
  const home = resolveHome(process.env, process.platform, homedir())
  // Models are read by other processes and mapped into memory: they lie beside the archive, not in it.
  const resources = app.isPackaged ? join(process.resourcesPath, 'hearth') : join(dirname(dist), 'resources')
  return {
    home,
    resources,
    renderer: join(dist, 'renderer'),
    coreEntry: join(dist, 'core', 'main.js'),
    engineEntry: join(dist, 'engine', 'main.js'),
    probeEntry: join(dist, 'engine', 'probe.js'),
    hashWorkerEntry: join(dist, 'core', 'hash-worker.js'),
    preload: join(dist, 'electron', 'preload.cjs'),
    icons: join(resources, 'icons'),
    logs: join(home, 'logs'),
    windowState: join(home, 'window.json'),
  }
}
