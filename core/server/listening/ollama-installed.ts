import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** What the search looks at; injected in tests. */
export interface Surroundings {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  home: string
  exists(file: string): boolean
}

/** Where an installed Ollama may lie, in the order of the search. */
export function ollamaPlaces({ platform, env, home }: Omit<Surroundings, 'exists'>): string[] {
  const { join } = platform === 'win32' ? path.win32 : path.posix
  const binary = platform === 'win32' ? 'ollama.exe' : 'ollama'
  const search = (env['PATH'] ?? env['Path'] ?? '').split(platform === 'win32' ? ';' : ':')
  const known: string[] =
    platform === 'darwin'
      ? [
          '/Applications/Ollama.app',
          join(home, 'Applications/Ollama.app'),
          '/opt/homebrew/bin/ollama',
          '/usr/local/bin/ollama',
        ]
      : platform === 'win32'
        ? [join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Programs', 'Ollama', binary)]
        : ['/usr/local/bin/ollama', '/usr/bin/ollama', '/bin/ollama', '/snap/bin/ollama']
  return [...search.filter((folder) => folder !== '').map((folder) => join(folder, binary)), ...known]
}

/** Whether a real Ollama is installed here, whose port Hearth must not take unasked. */
export function ollamaInstalled(
  around: Surroundings = { platform: process.platform, env: process.env, home: homedir(), exists: existsSync },
): boolean {
  return ollamaPlaces(around).some((place) => around.exists(place))
}
