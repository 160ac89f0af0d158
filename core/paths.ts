import { existsSync } from 'node:fs'
import { join, posix, resolve, win32 } from 'node:path'

/**
 * The data folder: what `HEARTH_HOME` names, or the platform's folder for application data. Everyone who opens it
 * (app, server, command line) finds it with this one rule.
 *
 * @param homedir the person's home folder
 * @returns an absolute path if `HEARTH_HOME` and `homedir` are
 */
export function resolveHome(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  homedir: string,
): string {
  const { join, resolve } = platform === 'win32' ? win32 : posix
  const named = env['HEARTH_HOME']?.trim()
  if (named) return resolve(named.startsWith('~/') ? join(homedir, named.slice(2)) : named)
  if (platform === 'darwin') return join(homedir, 'Library', 'Application Support', 'Hearth')
  if (platform === 'win32') return join(env['APPDATA'] || join(homedir, 'AppData', 'Roaming'), 'Hearth')
  // The XDG specification: a relative path counts as not set.
  const dataHome = env['XDG_DATA_HOME']
  return join(dataHome?.startsWith('/') ? dataHome : join(homedir, '.local', 'share'), 'hearth')
}

export interface ModelsFolderQuestion {
  env: Readonly<Record<string, string | undefined>>
  settings: { downloads: { folder: string | null } }
  /** The data folder. */
  home: string
  /** The person's home folder. */
  homedir: string
}

/**
 * Where new models are put: what the settings name, else `HEARTH_MODELS`, else `OLLAMA_MODELS`, else `models` in the
 * data folder. A folder that Ollama itself keeps its models in is only read: nothing is put beside them.
 *
 * @returns an absolute path; the folder need not exist
 */
export function modelsFolder({ env, settings, home, homedir }: ModelsFolderQuestion): string {
  const absolute = (named: string | null | undefined) => {
    const path = named?.trim()
    if (!path) return null
    return resolve(path === '~' || path.startsWith('~/') ? join(homedir, path.slice(1)) : path)
  }
  const own = absolute(settings.downloads.folder) ?? absolute(env['HEARTH_MODELS'])
  if (own !== null) return own
  const ollama = absolute(env['OLLAMA_MODELS'])
  return ollama === null || isOllamaStore(ollama) ? join(home, 'models') : ollama
}

function isOllamaStore(folder: string): boolean {
  return existsSync(join(folder, 'manifests')) || existsSync(join(folder, 'blobs'))
}
