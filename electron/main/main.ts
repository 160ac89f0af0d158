import { app } from 'electron'
import { startedAtLogin } from './login-item.ts'
import { silenceChromium } from './network.ts'
import { shellPaths } from './paths.ts'
import { registerAppScheme } from './protocol.ts'
import { runShell } from './shell.ts'
import { chromiumFolder } from './user-data.ts'

app.setName('Hearth')
app.setAppUserModelId('app.hearth')
silenceChromium()
registerAppScheme()

const paths = shellPaths()
app.setPath('userData', chromiumFolder(paths.home))

// Chromium's lock lies in the folder just set: one app for one data folder.
if (app.requestSingleInstanceLock()) {
  // Awaiting this at the top level of a module would never return.
  void app.whenReady().then(() => runShell(paths, { atLogin: startedAtLogin() }))
} else app.quit()
