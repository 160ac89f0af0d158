import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Settings } from '../../shared/domain/settings.ts'

export type UiLanguage = 'en' | 'zh-CN'

const NAMESPACES = ['common', 'chat', 'discover', 'downloads', 'errors', 'insights', 'models', 'server', 'settings']

const files = import.meta.glob<Record<string, unknown>>('../../resources/locales/*/*.json', {
  eager: true,
  import: 'default',
})

function resources(): Record<string, Record<string, Record<string, unknown>>> {
  const all: Record<string, Record<string, Record<string, unknown>>> = {}
  for (const [path, content] of Object.entries(files)) {
    const [language = '', file = ''] = path.split('/').slice(-2)
    const namespaces = (all[language] ??= {})
    namespaces[file.replace('.json', '')] = content
  }
  return all
}

/** The language to show: what the person chose, else what the system speaks, else English. */
export function resolveLanguage(setting: Settings['language'], systemLanguages: readonly string[]): UiLanguage {
  if (setting !== 'system') return setting
  for (const language of systemLanguages) {
    if (/^zh\b/i.test(language)) return 'zh-CN'
    if (/^en\b/i.test(language)) return 'en'
  }
  return 'en'
}

/** Makes the words ready; must run before the first render. */
export function startI18n(language: UiLanguage): void {
  // Resources are packaged, so that init is done when it returns.
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: NAMESPACES,
    defaultNS: 'common',
    resources: resources(),
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
  })
  document.documentElement.lang = language
}

/** Changes the language of the window at once. */
export function setLanguage(language: UiLanguage): void {
  if (i18next.language === language) return
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}
