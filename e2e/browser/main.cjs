// A plain browser for tests: one window without any of the app's code, at the address in HEARTH_E2E_URL.
const { app, BrowserWindow, session } = require('electron')

app.setPath('userData', process.env.HEARTH_E2E_PROFILE)
// As a person does who was told to trust the certificate of this address.
app.on('certificate-error', (event, _contents, url, _error, _certificate, trust) => {
  event.preventDefault()
  trust(new URL(url).host === new URL(process.env.HEARTH_E2E_URL).host)
})
void app.whenReady().then(() => {
  // Fetching dictionaries would be taken for something that the page does.
  session.defaultSession.setSpellCheckerEnabled(false)
  session.defaultSession.setSpellCheckerLanguages([])
  const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true, spellcheck: false } })
  return window.loadURL(process.env.HEARTH_E2E_URL)
})
