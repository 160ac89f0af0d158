import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where Chromium keeps its own files: in the data folder. If that can't be written they go to a temporary folder, so
 * that a window can still open and say so.
 */
export function chromiumFolder(home: string): string {
  const folder = join(home, 'shell')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return mkdtempSync(join(tmpdir(), 'hearth-shell-'))
  }
}
