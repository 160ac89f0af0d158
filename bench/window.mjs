import { _electron } from '@playwright/test'
import { findElectron } from '../scripts/electron-runtime.mjs'
import { root } from '../scripts/lib/project.mjs'
import { cleanEnvironment } from './environment.mjs'

const COMPOSER = 'form textarea'
const ANSWER = 'article[data-decode-tps]'
/** While an answer is written, the composer of a chat has no other. */
const STOP = 'form button[type="button"]'
/** What scrolls the rows of a long list; `aria-setsize` of a row or of the list says how many there are. */
const LONG_LIST = '[data-virtuoso-scroller]'
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
    /** Opens a page with a long list; looks for something where that makes the list. @param {string} hash @param {string} [search] */
    async openList(hash, search) {
      await page.evaluate((next) => (window.location.hash = next), hash)
      if (search !== undefined) await page.fill('input[type="search"]', search)
      await page.waitForSelector(LONG_LIST)
    },
    /** Scrolls to the end of a list that grows until it has so many rows. @param {number} rows */
    async loadAll(rows) {
      await page.evaluate(scrollToEnd, { list: LONG_LIST, rows, patienceMs: 120_000 })
    },
    /** Scrolls from the top on, once a frame. @param {number} frames @param {number} step pixels */
    scroll: (frames, step) => page.evaluate(scrollByFrames, { list: LONG_LIST, frames, step }),
    close: () => app.close(),
  }
}

/** Runs in the page. @param {{ list: string, rows: number, patienceMs: number }} options */
async function scrollToEnd({ list, rows, patienceMs }) {
  const scroller = document.querySelector(list)
  const started = performance.now()
  for (;;) {
    const last = Math.max(
      0,
      ...[...document.querySelectorAll(`${list} [data-index]`)].map((row) => Number(row.getAttribute('data-index'))),
    )
    if (last >= rows - 1) return
    if (performance.now() - started > patienceMs) throw new Error(`The list ends at row ${last}.`)
    if (scroller) scroller.scrollTop = scroller.scrollHeight
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

/** Runs in the page. @param {{ list: string, frames: number, step: number }} options */
async function scrollByFrames({ list, frames, step }) {
  const scroller = document.querySelector(list)
  if (!scroller) throw new Error('There is no list.')
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  scroller.scrollTop = 0
  for (let warm = 0; warm < 30; warm++) await frame()
  const times = []
  let last = await frame()
  for (let count = 0; count < frames; count++) {
    scroller.scrollTop += step
    const now = await frame()
    times.push(now - last)
    last = now
  }
  const shown = [...document.querySelectorAll(`${list} [data-index]`)].map((row) =>
    Number(row.getAttribute('data-index')),
  )
  return {
    frames,
    meanFps: 1000 / (times.reduce((sum, time) => sum + time, 0) / times.length),
    over20: times.filter((time) => time > 20).length,
    over50: times.filter((time) => time > 50).length,
    worstMs: Math.max(...times),
    rows: Math.max(0, ...shown) + 1,
  }
}
