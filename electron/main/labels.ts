import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Settings } from '../../shared/domain/settings.ts'

const text = z.string()

/** Every word that the shell itself shows, from `resources/locales/<language>/menu.json`. */
export const Labels = z.object({
  file: text,
  newChat: text,
  addModel: text,
  settings: text,
  quit: text,
  edit: text,
  undo: text,
  redo: text,
  cut: text,
  copy: text,
  paste: text,
  delete: text,
  selectAll: text,
  view: text,
  actualSize: text,
  zoomIn: text,
  zoomOut: text,
  fullScreen: text,
  reload: text,
  developerTools: text,
  window: text,
  minimize: text,
  close: text,
  help: text,
  openDataFolder: text,
  about: text,
  services: text,
  hide: text,
  hideOthers: text,
  showAll: text,
  openHearth: text,
  server: text,
  startAtLogin: text,
  copyLink: text,
  modelFile: text,
  allFiles: text,
  openLinkTitle: text,
  openLinkDetail: text,
  open: text,
  cancel: text,
  chooseFolder: text,
  openHandOver: text,
  handOverFile: text,
  saveAs: text,
  quitDownloadsTitle: text,
  quitDownloadsDetail: text,
  keepDownloading: text,
  quitAnyway: text,
  downloadDone: text,
  downloadFailed: text,
  somethingWentWrong: text,
  ok: text,
})
export type Labels = z.infer<typeof Labels>

export type UiLanguage = 'en' | 'zh-CN'

/** The language of the interface that fits what the person chose, or what the system speaks. */
export function uiLanguage(chosen: Settings['language'], systemLocale: string): UiLanguage {
  if (chosen !== 'system') return chosen
  return systemLocale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/**
 * The language that the system speaks, as `zh-CN`.
 *
 * @param preferred what the system names, in its order; a plain POSIX system says `c`
 */
export function systemLocale(preferred: readonly string[]): string {
  return preferred.find((name) => /^[a-z]{2,3}([-_]|$)/i.test(name))?.replaceAll('_', '-') ?? 'en'
}

/** @throws when the file of the language is absent or lacks a word: the program is not whole then */
export function readLabels(resources: string, language: UiLanguage): Labels {
  return Labels.parse(JSON.parse(readFileSync(join(resources, 'locales', language, 'menu.json'), 'utf8')))
}
