import { posix, win32 } from 'node:path'

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
