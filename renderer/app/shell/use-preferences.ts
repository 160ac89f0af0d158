import { useEffect } from 'react'
import { setLanguage } from '../../lib/i18n.ts'
import { applyTheme, languageFor, rememberPreferences } from '../../lib/preferences.ts'
import { useSettings } from '../../lib/state/settings.ts'

/** Shows the window in the theme and the language of the settings. */
export function usePreferences(): void {
  const { value: settings } = useSettings()
  const language = settings?.language
  const theme = settings?.theme
  useEffect(() => {
    if (language === undefined || theme === undefined) return
    applyTheme(theme)
    setLanguage(languageFor(language))
    rememberPreferences({ language, theme })
  }, [language, theme])
}
