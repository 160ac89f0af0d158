/** What the preload of the app adds to the window; absent in a browser. */
export interface Desktop {
  /** The path of a file that was dropped onto the window. */
  pathForFile(file: File): string
}

declare global {
  interface Window {
    readonly hearth?: Desktop
  }
}

/** True in the app's window, false in a browser. */
export function isDesktop(): boolean {
  return window.hearth !== undefined || window.location.protocol === 'app:'
}

/** True where the command key takes the place of Ctrl. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)
