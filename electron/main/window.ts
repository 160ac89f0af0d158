import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { channels } from './page-link.ts'
import type { ShellPaths } from './paths.ts'
import { APP_URL } from './policy.ts'
import { MINIMUM_SIZE, placeWindow, type WindowState, writeWindowState } from './window-state.ts'

/** The colour `canvas` of the interface, so that nothing flashes before its first paint. */
const canvas = { light: '#fbfaf8', dark: '#161311' }
/** A page that failed once is loaded again; one that fails again within this time is not (ms). */
const CRASH_LOOP_MS = 10_000

export const ZOOM_STEP = 0.5

/** The one window. It may be closed and opened again while the app runs; what it remembers is written as it changes. */
export function createAppWindow(paths: ShellPaths, state: WindowState) {
  let window: BrowserWindow | null = null
  let timer: NodeJS.Timeout | undefined
  let progress: number | null = null

  const save = () => writeWindowState(paths.windowState, state)
  const saveSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), 300)
  }

  function remember(): void {
    if (!window || window.isDestroyed() || window.isMinimized()) return
    state.bounds = window.getNormalBounds()
    state.maximized = window.isMaximized()
    saveSoon()
  }

  function drawProgress(): void {
    // Anything below 0 takes the bar away.
    window?.setProgressBar(progress ?? -1)
  }

  function create(): BrowserWindow {
    const primary = screen.getPrimaryDisplay()
    const others = screen.getAllDisplays().filter((display) => display.id !== primary.id)
    const created = new BrowserWindow({
      ...placeWindow(
        state.bounds,
        [primary, ...others].map((display) => display.workArea),
      ),
      minWidth: MINIMUM_SIZE.width,
      minHeight: MINIMUM_SIZE.height,
      show: false,
      title: 'Hearth',
      icon: join(paths.icons, 'icon-256.png'),
      backgroundColor: background(),
      autoHideMenuBar: true,
      titleBarStyle: process.platform === 'darwin' ? 'hiddenInset' : 'default',
      webPreferences: {
        preload: paths.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        navigateOnDragDrop: false,
      },
    })
    if (state.maximized) created.maximize()
    created.once('ready-to-show', () => created.show())
    created.on('resize', remember)
    created.on('move', remember)
    created.on('maximize', remember)
    created.on('unmaximize', remember)
    created.on('close', remember)
    created.once('closed', () => {
      window = null
    })
    created.webContents.on('did-finish-load', () => created.webContents.setZoomLevel(state.zoomLevel))
    created.webContents.on('zoom-changed', (_event, direction) => zoom(direction === 'in' ? ZOOM_STEP : -ZOOM_STEP))
    reloadAfterCrash(created)
    void created.loadURL(APP_URL)
    return created
  }

  /** Changes the zoom by a step, or sets it back with 0. */
  function zoom(step: number): void {
    state.zoomLevel = step === 0 ? 0 : Math.max(-3, Math.min(5, state.zoomLevel + step))
    window?.webContents.setZoomLevel(state.zoomLevel)
    saveSoon()
  }

  nativeTheme.on('updated', () => window?.setBackgroundColor(background()))

  return {
    /** Opens the window, or brings it to the front. */
    open() {
      if (!window) {
        window = create()
        drawProgress()
      }
      if (window.isMinimized()) window.restore()
      if (window.isVisible()) window.focus()
      return window
    },
    current: () => window,
    hide: () => window?.hide(),
    /** Goes to a page of the interface, as `#/models`. */
    navigate(hash: string) {
      const isNew = window === null
      const opened = this.open()
      if (isNew) opened.webContents.once('did-finish-load', () => opened.webContents.send(channels.navigate, hash))
      else opened.webContents.send(channels.navigate, hash)
    },
    /** Shows progress on dock or taskbar, 0 to 1; null takes it away. */
    setProgress(next: number | null) {
      progress = next
      drawProgress()
    },
    zoom,
    save,
  }
}

function background(): string {
  return nativeTheme.shouldUseDarkColors ? canvas.dark : canvas.light
}

function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrash = -CRASH_LOOP_MS
  window.webContents.on('render-process-gone', (_event, details) => {
    const now = performance.now()
    if (details.reason === 'clean-exit' || now - lastCrash < CRASH_LOOP_MS) return
    lastCrash = now
    window.webContents.reload()
  })
}
