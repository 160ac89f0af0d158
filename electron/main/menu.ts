import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { Labels } from './labels.ts'

export interface MenuActions {
  newChat(): void
  addModel(): void
  openSettings(): void
  openDataFolder(): void
  zoomIn(): void
  zoomOut(): void
  resetZoom(): void
  quit(): void
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The application's menu with the platform's usual items. */
export function applicationMenu(labels: Labels, actions: MenuActions): Menu {
  const isMac = process.platform === 'darwin'
  const settings: MenuItemConstructorOptions = {
    label: labels.settings,
    accelerator: 'CmdOrCtrl+,',
    click: actions.openSettings,
  }
  const file: MenuItemConstructorOptions[] = [
    { label: labels.newChat, accelerator: 'CmdOrCtrl+N', click: actions.newChat },
    { label: labels.addModel, accelerator: 'CmdOrCtrl+O', click: actions.addModel },
    separator,
    ...(isMac ? [{ role: 'close', label: labels.close } as const] : [settings, separator, quit(labels, actions)]),
  ]
  return Menu.buildFromTemplate([
    ...(isMac ? [{ label: app.name, submenu: macAppMenu(labels, settings, actions) }] : []),
    { label: labels.file, submenu: file },
    { label: labels.edit, submenu: editMenu(labels) },
    { label: labels.view, submenu: viewMenu(labels, actions) },
    { label: labels.window, role: isMac ? 'windowMenu' : 'window', submenu: windowMenu(labels, isMac) },
    { label: labels.help, role: 'help', submenu: helpMenu(labels, actions, isMac) },
  ])
}

function quit(labels: Labels, actions: MenuActions): MenuItemConstructorOptions {
  return { label: labels.quit, accelerator: 'CmdOrCtrl+Q', click: actions.quit }
}

function macAppMenu(
  labels: Labels,
  settings: MenuItemConstructorOptions,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  return [
    { role: 'about', label: labels.about },
    separator,
    settings,
    separator,
    { role: 'services', label: labels.services },
    separator,
    { role: 'hide', label: labels.hide },
    { role: 'hideOthers', label: labels.hideOthers },
    { role: 'unhide', label: labels.showAll },
    separator,
    quit(labels, actions),
  ]
}

function editMenu(labels: Labels): MenuItemConstructorOptions[] {
  return [
    { role: 'undo', label: labels.undo },
    { role: 'redo', label: labels.redo },
    separator,
    { role: 'cut', label: labels.cut },
    { role: 'copy', label: labels.copy },
    { role: 'paste', label: labels.paste },
    { role: 'delete', label: labels.delete },
    separator,
    { role: 'selectAll', label: labels.selectAll },
  ]
}

function viewMenu(labels: Labels, actions: MenuActions): MenuItemConstructorOptions[] {
  const development: MenuItemConstructorOptions[] = [
    separator,
    { role: 'reload', label: labels.reload },
    { role: 'toggleDevTools', label: labels.developerTools },
  ]
  return [
    { label: labels.actualSize, accelerator: 'CmdOrCtrl+0', click: actions.resetZoom },
    { label: labels.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: actions.zoomIn },
    // The same key without Shift, as every browser takes it.
    {
      label: labels.zoomIn,
      accelerator: 'CmdOrCtrl+=',
      click: actions.zoomIn,
      visible: false,
      acceleratorWorksWhenHidden: true,
    },
    { label: labels.zoomOut, accelerator: 'CmdOrCtrl+-', click: actions.zoomOut },
    separator,
    { role: 'togglefullscreen', label: labels.fullScreen },
    ...(app.isPackaged ? [] : development),
  ]
}

function windowMenu(labels: Labels, isMac: boolean): MenuItemConstructorOptions[] {
  const minimize: MenuItemConstructorOptions = { role: 'minimize', label: labels.minimize }
  return isMac
    ? [minimize, { role: 'zoom' }, separator, { role: 'front' }]
    : [minimize, { role: 'close', label: labels.close, accelerator: 'CmdOrCtrl+W' }]
}

function helpMenu(labels: Labels, actions: MenuActions, isMac: boolean): MenuItemConstructorOptions[] {
  const about: MenuItemConstructorOptions[] = isMac ? [] : [separator, { role: 'about', label: labels.about }]
  return [{ label: labels.openDataFolder, click: actions.openDataFolder }, ...about]
}
