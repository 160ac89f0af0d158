import { _electron } from '@playwright/test'
import { findElectron } from '../scripts/electron-runtime.mjs'
import { root } from '../scripts/lib/project.mjs'
import { cleanEnvironment } from './environment.mjs'

const COMPOSER = 'form textarea'
const ANSWER = 'article[data-decode-tps]'

/**
 * Starts the app and waits until its composer has been painted. The time includes Playwright's own way in.
 * @param {string} home
 * @param {NodeJS.ProcessEnv} env names the display
 */
export async function openWindow(home, env) {
  const electron = await findElectron({ log: () => undefined })
  const started = performance.now()
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: electron.args,
    cwd: root,
    env: cleanEnvironment(home, env),
  })
  const page = await app.firstWindow()
  await page.waitForSelector(COMPOSER)
  // Two frames: the first may have begun before the composer was there.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const paintedMs = performance.now() - started
  return {
    paintedMs,
    version: electron.version,
    pid: app.process().pid ?? 0,
    /**
     * Asks in a new chat, and reads what the app says under the answer.
     * @param {string} prompt
     */
    async ask(prompt) {
      await page.evaluate(() => (window.location.hash = '#/'))
      await page.waitForSelector(ANSWER, { state: 'detached' })
      await page.fill(COMPOSER, prompt)
      await page.press(COMPOSER, 'Enter')
      const answer = await page.waitForSelector(ANSWER, { timeout: 180_000 })
      return { decodeTps: Number(await answer.getAttribute('data-decode-tps')) }
    },
    close: () => app.close(),
  }
}
