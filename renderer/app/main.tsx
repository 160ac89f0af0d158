import './theme.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { connectBrowser } from '../lib/connect-browser.ts'
import { connectWindow } from '../lib/connect-window.ts'
import { isDesktop } from '../lib/desktop.ts'
import { startI18n } from '../lib/i18n.ts'
import { applyTheme, languageFor, rememberedPreferences } from '../lib/preferences.ts'
import { App } from './app.tsx'

// zod compiles its parsers with `new Function`, which the content security policy forbids.
config({ jitless: true })

const { language, theme } = rememberedPreferences()
applyTheme(theme)
startI18n(languageFor(language))

if (isDesktop()) connectWindow()
else connectBrowser()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
