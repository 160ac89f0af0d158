import { _electron } from '@playwright/test'
import { findElectron } from '../scripts/electron-runtime.mjs'
import { root } from '../scripts/lib/project.mjs'
import { cleanEnvironment } from './environment.mjs'

const COMPOSER = 'form textarea'
const ANSWER = 'article[data-decode-tps]'
/** While an answer is written, the composer of a chat has no other. */
const STOP = 'form button[type="button"]'
/** Characters after which an answer is stopped: about 128 tokens. */
const ENOUGH = 600

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
     * Asks in a new chat, stops the answer once it is long enough, and reads what the app says under it.
     * @param {string} prompt
     */
    async ask(prompt) {
      await page.evaluate(() => (window.location.hash = '#/'))
      await page.waitForSelector(ANSWER, { state: 'detached' })
      await page.fill(COMPOSER, prompt)
      await page.press(COMPOSER, 'Enter')
      await page.waitForFunction(
        ({ answer, enough }) =>
          document.querySelector(answer) !== null ||
          (document.querySelector('article[aria-busy]')?.textContent.length ?? 0) > enough,
        { answer: ANSWER, enough: ENOUGH },
        { timeout: 60_000 },
      )
      // It may end by itself meanwhile.
      await page.click(STOP, { timeout: 2000 }).catch(() => undefined)
      const answer = await page.waitForSelector(ANSWER)
      return { decodeTps: Number(await answer.getAttribute('data-decode-tps')) }
    },
    close: () => app.close(),
  }
}
