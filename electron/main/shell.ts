import { app, Menu, nativeTheme, powerMonitor, session, shell } from 'electron'
import type { ServerStatus } from '../../shared/domain/server.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import { attachContextMenu } from './context-menu.ts'
import { callError, connectShell, type CoreClient } from './core-client.ts'
import { type CoreStatus, createCoreHost } from './core-host.ts'
import { confirmQuit, pickFolder, pickHandOver, pickModelFile, reveal, saveAs, showError } from './dialogs.ts'
import { readLabels, systemLocale, uiLanguage } from './labels.ts'
import { createKeepAwake } from './keep-awake.ts'
import { guardLinks } from './links.ts'
import { asksForHidden, setStartAtLogin } from './login-item.ts'
import { applicationMenu } from './menu.ts'
import { lockSession } from './network.ts'
import { createDesktopNotices } from './notices.ts'
import { createPageLink } from './page-link.ts'
import type { ShellPaths } from './paths.ts'
import { serveApp } from './protocol.ts'
import { createQuit } from './quit.ts'
import { canEncrypt, decrypt, encrypt } from './secrets.ts'
import { createProxyLookup } from './system-proxy.ts'
import { createTray } from './tray.ts'
import { createAppWindow, ZOOM_STEP } from './window.ts'
import { readWindowState } from './window-state.ts'

/** How long the app stays without a window after its last download (ms). */
const LINGER_MS = 5_000

/**
 * Opens the app: its core, its window, its menu and its tray, and keeps them in step.
 * @param options `atLogin`: no window until the person asks for one, and the server is turned on
 */
export async function runShell(paths: ShellPaths, { atLogin }: { atLogin: boolean }): Promise<void> {
  const state = readWindowState(paths.windowState)
  const locale = systemLocale(app.getPreferredSystemLanguages())
  let labels = readLabels(paths.resources, uiLanguage(state.language, locale))
  let server: ServerStatus | null = null
  let client: CoreClient | null = null
  let runningDownloads = 0
  let startsAtLogin = false
  let leaving: NodeJS.Timeout | undefined

  nativeTheme.themeSource = state.theme
  const window = createAppWindow(paths, state)
  const core = createCoreHost({
    entry: paths.coreEntry,
    paths,
    logs: paths.logs,
    version: app.getVersion(),
    locale,
    canEncrypt: canEncrypt(),
    atLogin,
    calls: {
      pickModelFile: () => pickModelFile(window.current(), labels),
      pickFolder: () => pickFolder(window.current(), labels),
      pickHandOver: (as) => pickHandOver(window.current(), labels, as),
      saveAs: (fileName) => saveAs(window.current(), labels, fileName),
      trash: (path) => shell.trashItem(path).then(() => null),
      setStartAtLogin: (on) => setStartAtLogin(on, paths).then(() => null),
      resolveProxy: createProxyLookup(),
      encrypt,
      decrypt,
    },
    reveal,
    notify: createDesktopNotices(
      () => labels,
      (hash) => window.navigate(hash),
    ),
    onProgress: (progress) => window.setProgress(progress),
    onRunningDownloads: downloadsChanged,
    onKeepAwake: createKeepAwake(),
    onStatus: coreChanged,
  })
  const pages = createPageLink(core)
  const tray = createTray(paths.icons, {
    open: () => window.open(),
    setServer: (enabled) => void call((core) => core.server.setEnabled({ enabled })).then(showTray),
    setStartAtLogin: (startAtLogin) => void call((core) => core.settings.update({ startAtLogin })).then(showTray),
    quit: () => quit.request(),
  })
  const quit = createQuit({
    app,
    platform: process.platform,
    mayLeave: async () => runningDownloads === 0 || confirmQuit(window.current(), labels),
    async release() {
      window.hide()
      await Promise.all([core.stop(), window.save()])
    },
  })

  function coreChanged({ state }: CoreStatus): void {
    // A new core says itself what it goes on with.
    runningDownloads = 0
    pages.update()
    server = null
    const port = core.openPort()
    client = port && connectShell(port, { onServer: serverChanged, onSettings: settingsChanged })
    showTray()
    if (atLogin && state === 'failed') window.open()
  }

  function serverChanged(next: ServerStatus): void {
    const isNews = next.state !== server?.state
    server = next
    if (!isNews) return
    showTray()
    // Who sees no window would not learn that programs get no answer.
    if (atLogin && next.state === 'failed' && window.current() === null) window.navigate('#/server')
  }

  function settingsChanged({ theme, language, startAtLogin }: Settings): void {
    nativeTheme.themeSource = theme
    if (startAtLogin !== startsAtLogin) {
      startsAtLogin = startAtLogin
      showTray()
    }
    if (language !== state.language) {
      state.language = language
      labels = readLabels(paths.resources, uiLanguage(language, locale))
      showMenu()
      showTray()
    }
    state.theme = theme
    void window.save()
  }

  function downloadsChanged(count: number): void {
    runningDownloads = count
    clearTimeout(leaving)
    // The window was closed while they ran. One that follows at once is worth waiting for.
    if (count === 0 && window.current() === null) leaving = setTimeout(() => void allClosed(), LINGER_MS)
  }

  /** A call that was not made from a page; what it fails with is said in a dialog. */
  async function call(task: (core: CoreClient) => Promise<unknown>): Promise<boolean> {
    if (!client) return false
    try {
      await task(client)
      return true
    } catch (error) {
      showError(window.current(), labels, callError(error))
      return false
    }
  }

  function showTray(): void {
    const on = server?.state === 'on' || server?.state === 'starting'
    const ready = server !== null
    void tray.update({
      labels,
      server: { on, switchable: ready && !server?.headless },
      startAtLogin: { on: startsAtLogin, switchable: ready },
    })
  }

  function showMenu(): void {
    const menu = applicationMenu(labels, {
      newChat: () => window.navigate('#/'),
      addModel: () => void call((core) => core.models.pickAndAdd()).then((ok) => ok && window.navigate('#/models')),
      openSettings: () => window.navigate('#/settings'),
      openDataFolder: () => void shell.openPath(paths.home),
      zoomIn: () => window.zoom(ZOOM_STEP),
      zoomOut: () => window.zoom(-ZOOM_STEP),
      resetZoom: () => window.zoom(0),
      quit: quit.request,
    })
    Menu.setApplicationMenu(menu)
  }

  app.on('web-contents-created', (_event, contents) => {
    guardLinks(contents, window.current, () => labels)
    attachContextMenu(contents, () => labels)
  })
  app.on('second-instance', (_event, args) => {
    if (!asksForHidden(args)) window.open()
  })
  app.on('activate', () => window.open())
  app.on('window-all-closed', () => void allClosed())
  powerMonitor.on('resume', () => core.resumed())
  // A terminal's interrupt and a system's shutdown.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit.atOnce)
  if (process.platform === 'darwin') powerMonitor.on('shutdown', quit.atOnce)

  /**
   * Downloads go on without a window, and so does a server where a tray keeps it reachable, or that was started by
   * signing in; on a Mac the app always stays. What runs out of work without a window ends by itself.
   */
  async function allClosed(): Promise<void> {
    if (process.platform === 'darwin' || runningDownloads > 0) return
    const serves = server?.state === 'on' || server?.state === 'starting'
    if (serves && (atLogin || (await tray.isShown()))) return
    if (window.current() === null) app.quit()
  }

  app.setAboutPanelOptions({
    applicationName: 'Hearth',
    applicationVersion: app.getVersion(),
    copyright: 'MIT licence',
  })
  showMenu()
  serveApp(paths.renderer)
  await lockSession(session.defaultSession)
  core.start()
  if (!atLogin) window.open()
}
