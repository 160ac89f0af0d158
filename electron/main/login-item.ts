import { mkdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { app } from 'electron'
import { writeFileAtomically } from '../../core/lib/write-file.ts'
import { autostartEntry } from './autostart-entry.ts'

/** Tells a start by the system from one by a person. */
const HIDDEN = '--hidden'

/** Whether these arguments ask for a start without a window. */
export function asksForHidden(args: readonly string[]): boolean {
  return args.includes(HIDDEN)
}

/** Whether the system started the app because someone signed in. A Mac tells it in no argument. */
export function startedAtLogin(): boolean {
  if (process.platform === 'darwin') return app.getLoginItemSettings().wasOpenedAtLogin
  return asksForHidden(process.argv)
}

/**
 * Has the system start the app when the person signs in, from where it lies now, or no longer.
 * @throws the file system's error on Linux
 */
export async function setStartAtLogin(on: boolean, { home, icons }: { home: string; icons: string }): Promise<void> {
  if (process.platform !== 'linux') {
    // Only Windows takes arguments, as they stand in a command line.
    const args = [...ownArguments().map((argument) => `"${argument}"`), HIDDEN]
    app.setLoginItemSettings({ openAtLogin: on, args })
    return
  }
  const folder = join(configFolder(), 'autostart')
  const file = join(folder, 'app.hearth.desktop')
  if (!on) return rm(file, { force: true })
  const entry = autostartEntry({
    command: [ownImage() ?? process.execPath, ...ownArguments(), HIDDEN],
    env: process.env['HEARTH_HOME'] ? { HEARTH_HOME: home } : {},
    icon: join(icons, 'icon-256.png'),
  })
  await mkdir(folder, { recursive: true })
  await writeFileAtomically(file, entry)
}

/** What Electron needs to be told to run this app as it runs now. */
function ownArguments(): string[] {
  return [
    ...(process.defaultApp ? [app.getAppPath()] : []),
    ...(app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []),
  ]
}

/**
 * The AppImage that this app runs from, out of a folder that is gone when it ends. A terminal in another program's
 * AppImage hands down the same variables.
 */
function ownImage(): string | null {
  const { APPIMAGE: image, APPDIR: folder } = process.env
  return image && folder && process.execPath.startsWith(join(folder, '/')) ? image : null
}

function configFolder(): string {
  const named = process.env['XDG_CONFIG_HOME'] ?? ''
  return isAbsolute(named) ? named : join(homedir(), '.config')
}
