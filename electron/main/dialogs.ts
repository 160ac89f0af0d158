import { statSync } from 'node:fs'
import { type BrowserWindow, dialog, shell } from 'electron'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Labels } from './labels.ts'

/** Asks for a GGUF. Resolves with its path, or null when the person changes their mind. */
export async function pickModelFile(window: BrowserWindow | null, labels: Labels): Promise<string | null> {
  const options = {
    title: labels.addModel.replace('…', ''),
    properties: ['openFile' as const],
    filters: [
      { name: labels.modelFile, extensions: ['gguf'] },
      { name: labels.allFiles, extensions: ['*'] },
    ],
  }
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return filePaths[0] ?? null
}

/** Shows a folder's contents, or a file in its folder, in the file manager. */
export function reveal(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) void shell.openPath(path)
  else shell.showItemInFolder(path)
}

/** Says that something failed, in a window of its own, for what is not started from a page. */
export function showError(window: BrowserWindow | null, labels: Labels, error: ErrorInfo): void {
  const options = {
    type: 'error' as const,
    title: labels.somethingWentWrong,
    message: error.message,
    ...(error.suggestion === undefined ? {} : { detail: error.suggestion }),
    buttons: [labels.ok],
    noLink: true,
  }
  void (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
}
