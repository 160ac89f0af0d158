import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { app, type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Labels } from './labels.ts'

/** Asks for a GGUF. Resolves with its path, or null when the person changes their mind. */
export function pickModelFile(window: BrowserWindow | null, labels: Labels): Promise<string | null> {
  return pickOne(window, {
    title: labels.addModel.replace('…', ''),
    properties: ['openFile'],
    filters: [
      { name: labels.modelFile, extensions: ['gguf'] },
      { name: labels.allFiles, extensions: ['*'] },
    ],
  })
}

/** Asks for a folder, which may be made in the dialog. */
export function pickFolder(window: BrowserWindow | null, labels: Labels): Promise<string | null> {
  return pickOne(window, { title: labels.chooseFolder, properties: ['openDirectory', 'createDirectory'] })
}

/** Asks for a hand-over of models: a `.hearth` file or a folder. No dialog shows both on every system. */
export function pickHandOver(
  window: BrowserWindow | null,
  labels: Labels,
  as: 'file' | 'folder',
): Promise<string | null> {
  if (as === 'folder') return pickOne(window, { title: labels.openHandOver, properties: ['openDirectory'] })
  return pickOne(window, {
    title: labels.openHandOver,
    properties: ['openFile'],
    filters: [
      { name: labels.handOverFile, extensions: ['hearth', 'tar'] },
      { name: labels.allFiles, extensions: ['*'] },
    ],
  })
}

/** Asks where to save a file of this name; the system's dialog asks before one is overwritten. */
export async function saveAs(window: BrowserWindow | null, labels: Labels, fileName: string): Promise<string | null> {
  const options = { title: labels.saveAs, defaultPath: join(app.getPath('downloads'), basename(fileName)) }
  const { filePath, canceled } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled || filePath === '' ? null : filePath
}

/** Whether to quit although models are on their way; nothing of them is lost. */
export async function confirmQuit(window: BrowserWindow | null, labels: Labels): Promise<boolean> {
  const options = {
    type: 'question' as const,
    message: labels.quitDownloadsTitle,
    detail: labels.quitDownloadsDetail,
    buttons: [labels.keepDownloading, labels.quitAnyway],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
  return response === 1
}

async function pickOne(window: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> {
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
