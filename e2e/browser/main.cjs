// A plain browser for tests: one window without any of the app's code, at the address in HEARTH_E2E_URL.
const { app, BrowserWindow, session } = require('electron')

app.setPath('userData', process.env.HEARTH_E2E_PROFILE)
void app.whenReady().then(() => {
  // Fetching dictionaries would be taken for something that the page does.
  session.defaultSession.setSpellCheckerEnabled(false)
  session.defaultSession.setSpellCheckerLanguages([])
  const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true, spellcheck: false } })
  return window.loadURL(process.env.HEARTH_E2E_URL)
})
