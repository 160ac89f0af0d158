import { posix, win32 } from 'node:path'

/** Where the computer keeps what; all that the places of other programs depend on. */
export interface Surroundings {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  /** The person's home folder. */
  userHome: string
}

/** Folders that hold `manifests/` and `blobs/`. https://docs.ollama.com/faq, "Where are models stored?" */
export function ollamaPlaces({ platform, env, userHome }: Surroundings): string[] {
  const { join, isAbsolute } = pathsOf(platform)
  const named = env['OLLAMA_MODELS']?.trim()
  return unique([
    ...(named && isAbsolute(named) ? [named] : []),
    join(userHome, '.ollama', 'models'),
    // The service of the Linux installer runs as a user of its own.
    ...(platform === 'linux' ? ['/usr/share/ollama/.ollama/models', '/var/lib/ollama/models'] : []),
  ])
}

/** LM Studio's home folders: the current one, and that of versions before 0.3.6. `models/` lies in each. */
export function lmStudioHomes({ platform, userHome }: Surroundings): string[] {
  const { join } = pathsOf(platform)
  return [join(userHome, '.lmstudio'), join(userHome, '.cache', 'lm-studio')]
}

/** Jan's data folders, in the order of its versions. */
export function janPlaces({ platform, env, userHome }: Surroundings): string[] {
  const { join, isAbsolute } = pathsOf(platform)
  const absolute = (path: string | undefined) => (path && isAbsolute(path) ? path : null)
  const legacy = [join(userHome, 'jan'), join(userHome, 'cortexcpp')]
  if (platform === 'darwin') return [join(userHome, 'Library', 'Application Support', 'Jan', 'data'), ...legacy]
  if (platform === 'win32') {
    return [join(absolute(env['APPDATA']) ?? join(userHome, 'AppData', 'Roaming'), 'Jan', 'data'), ...legacy]
  }
  return unique([
    join(absolute(env['XDG_CONFIG_HOME']) ?? join(userHome, '.config'), 'Jan', 'data'),
    join(absolute(env['XDG_DATA_HOME']) ?? join(userHome, '.local', 'share'), 'Jan', 'data'),
    ...legacy,
  ])
}

/** https://docs.gpt4all.io/gpt4all_desktop/settings.html, "Download Path"; the last is that of its Python package. */
export function gpt4allPlaces({ platform, env, userHome }: Surroundings): string[] {
  const { join, isAbsolute } = pathsOf(platform)
  const python = join(userHome, '.cache', 'gpt4all')
  if (platform === 'darwin') {
    return [join(userHome, 'Library', 'Application Support', 'nomic.ai', 'GPT4All'), python]
  }
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA']
    return [
      join(local && isAbsolute(local) ? local : join(userHome, 'AppData', 'Local'), 'nomic.ai', 'GPT4All'),
      python,
    ]
  }
  const data = env['XDG_DATA_HOME']
  return [join(data && isAbsolute(data) ? data : join(userHome, '.local', 'share'), 'nomic.ai', 'GPT4All'), python]
}

/** https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables */
export function huggingFacePlaces({ platform, env, userHome }: Surroundings): string[] {
  const { join, isAbsolute } = pathsOf(platform)
  const absolute = (name: string) => {
    const path = env[name]?.trim()
    return path && isAbsolute(path) ? path : null
  }
  const home = absolute('HF_HOME')
  const cache = absolute('XDG_CACHE_HOME')
  const places = [
    absolute('HF_HUB_CACHE'),
    absolute('HUGGINGFACE_HUB_CACHE'),
    home && join(home, 'hub'),
    cache && join(cache, 'huggingface', 'hub'),
    join(userHome, '.cache', 'huggingface', 'hub'),
  ]
  return unique(places.filter((path) => path !== null))
}

function pathsOf(platform: NodeJS.Platform) {
  return platform === 'win32' ? win32 : posix
}

function unique(paths: string[]): string[] {
  return [...new Set(paths)]
}
