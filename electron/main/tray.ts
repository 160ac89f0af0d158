import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import type { Labels } from './labels.ts'

export interface TrayActions {
  open(): void
  setServer(enabled: boolean): void
  setStartAtLogin(on: boolean): void
  quit(): void
}

export interface TrayView {
  labels: Labels
  /** Whether the server answers, and may be switched from here. */
  server: { on: boolean; switchable: boolean }
  startAtLogin: { on: boolean; switchable: boolean }
}

/** The icon beside the clock. On a desktop that shows none there is no tray, and `isShown` says so. */
export function createTray(icons: string, actions: TrayActions) {
  let tray: Tray | null = null

  return {
    /** Shows the tray, or brings it up to date. */
    async update({ labels, server, startAtLogin }: TrayView): Promise<void> {
      if (!tray && !(await hasTrayHost())) return
      tray ??= openTray(icons, actions)
      tray.setToolTip('Hearth')
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: labels.openHearth, click: actions.open },
          { type: 'separator' },
          {
            label: labels.server,
            type: 'checkbox',
            checked: server.on,
            enabled: server.switchable,
            click: (item) => actions.setServer(item.checked),
          },
          {
            label: labels.startAtLogin,
            type: 'checkbox',
            checked: startAtLogin.on,
            enabled: startAtLogin.switchable,
            click: (item) => actions.setStartAtLogin(item.checked),
          },
          { type: 'separator' },
          { label: labels.quit, click: actions.quit },
        ]),
      )
    },
    /** Whether a person can still reach the app when its window is closed. */
    isShown: async () => tray !== null && (await hasTrayHost()),
  }
}

function openTray(icons: string, actions: TrayActions): Tray {
  const isMac = process.platform === 'darwin'
  // Electron finds `@2x` beside it, and on a Mac takes a name that ends in Template as one to tint.
  const tray = new Tray(nativeImage.createFromPath(join(icons, isMac ? 'trayTemplate.png' : 'tray.png')))
  if (!isMac) tray.on('click', actions.open)
  return tray
}

/** On Linux a tray needs a host on the session's bus; without one an icon is drawn nowhere. */
function hasTrayHost(): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true)
  if (!process.env['DBUS_SESSION_BUS_ADDRESS']) return Promise.resolve(false)
  const property = ['org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered']
  const args = ['--session', '--print-reply', '--dest=org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher']
  const call = ['org.freedesktop.DBus.Properties.Get', ...property.map((name) => `string:${name}`)]
  return new Promise((resolve) => {
    execFile('dbus-send', [...args, ...call], { timeout: 2_000 }, (error, stdout) => {
      resolve(error === null && stdout.includes('boolean true'))
    })
  })
}
