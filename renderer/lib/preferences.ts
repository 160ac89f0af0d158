import type { Settings, Theme } from '../../shared/domain/settings.ts'
import { resolveLanguage, type UiLanguage } from './i18n.ts'

const KEY = 'hearth.preferences'

type Preferences = Pick<Settings, 'language' | 'theme'>

/** What was shown last time, so that the first paint is right before the core has answered. */
export function rememberedPreferences(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Preferences, unknown>> // checked below
    return {
      language: stored.language === 'en' || stored.language === 'zh-CN' ? stored.language : 'system',
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : 'system',
    }
  } catch {
    return { language: 'system', theme: 'system' }
  }
}

/** Keeps language and theme for the next first paint. */
export function rememberPreferences({ language, theme }: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ language, theme }))
  } catch {
    // A browser may forbid storage; then the first paint follows the system.
  }
}

/** The language to show for a setting on this system. */
export function languageFor(setting: Settings['language']): UiLanguage {
  return resolveLanguage(setting, navigator.languages)
}

const dark = typeof window === 'undefined' ? null : window.matchMedia('(prefers-color-scheme: dark)')
let theme: Theme = 'system'

function paint(): void {
  const isDark = theme === 'dark' || (theme === 'system' && dark?.matches === true)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
}

dark?.addEventListener('change', paint)

/** Shows a theme at once; `system` follows the system from then on. */
export function applyTheme(next: Theme): void {
  theme = next
  paint()
}
