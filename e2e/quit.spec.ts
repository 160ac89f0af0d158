import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { HuggingFaceDouble } from '../core/hubs/doubles/huggingface.testing.ts'
import { makeHome } from './home.ts'
import { hubEnvironment, REPO, startHub } from './hub.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { modelFiles, openDownloads, pullByName } from './library.ts'
import { composer } from './window.ts'

const FILE = 'SmolLM2-135M-Instruct-Q4_1.gguf'
/** Slow enough that it can't end while the app does. */
const SLOW = 1.5e6
/** The code with which an app ends here that asks although it should not. */
const ASKED = 7

let hub: HuggingFaceDouble
let home: ReturnType<typeof makeHome>
let running: LaunchedApp | null = null

test.describe.configure({ timeout: 180_000 })

test.beforeEach(async () => {
  hub = await startHub()
  hub.knobs.bytesPerSecond = SLOW
  home = makeHome()
})

test.afterEach(async () => {
  await running?.close()
  running = null
  await hub.close()
  home.remove()
})

test('quitting while a model is on its way asks once, and what was fetched is gone on with', async () => {
  const app = await startPulling()
  const progress = app.window.getByRole('dialog', { name: 'Downloads' }).getByRole('progressbar')
  await app.app.evaluate(({ dialog }) => {
    const asked: unknown[] = []
    const answers: ((response: number) => void)[] = []
    Object.assign(globalThis, { asked, answers })
    dialog.showMessageBox = (...given: unknown[]) => {
      asked.push(given.at(-1))
      return new Promise((resolve) => {
        answers.push((response) => resolve({ response, checkboxChecked: false }))
      })
    }
  })
  await quit(app)
  await quit(app)
  await expect.poll(() => asked(app)).toHaveLength(1)
  expect(await asked(app)).toEqual([
    expect.objectContaining({
      message: 'Quit while models are being downloaded?',
      buttons: ['Keep downloading', 'Quit anyway'],
    }),
  ])
  await answer(app, 'Keep downloading')
  const before = await valueOf(progress)
  await expect.poll(() => valueOf(progress)).toBeGreaterThan(before)

  const ended = exitOf(app)
  await quit(app)
  await expect.poll(() => asked(app)).toHaveLength(2)
  await answer(app, 'Quit anyway')
  expect(await ended).toBe(0)
  running = null
  expect(modelFiles(home.path)).not.toContain(FILE)

  const left = rangesLeft()
  expect(left).not.toEqual([])
  const askedBefore = rangesAsked().length
  await goesOnByItself()
  const askedSince = rangesAsked().slice(askedBefore)
  expect(askedSince).not.toEqual([])
  expect(askedSince.filter(([first, last]) => left.some(([start, end]) => first < end && last >= start))).toEqual([])
  // Nothing is on its way any more: nothing is asked.
  await failWhenAsked()
  const endedAgain = exitOf(theApp())
  await quit(theApp()).catch(() => undefined)
  expect(await endedAgain).toBe(0)
  running = null
})

test('closing the window asks nothing; the download goes on without one, and then the app ends', async () => {
  test.skip(process.platform === 'darwin', 'On a Mac an app stays without a window.')
  const app = await startPulling()
  await failWhenAsked()
  const ended = exitOf(app)
  await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()))
  await expect.poll(() => app.app.windows().length).toBe(0)
  const requests = hub.requests.length
  await expect.poll(() => hub.requests.length, { timeout: 60_000 }).toBeGreaterThan(requests)
  expect(modelFiles(home.path)).not.toContain(FILE)
  hub.knobs.bytesPerSecond = null
  expect(await ended).toBe(0)
  running = null
  expect(modelFiles(home.path)).toContain(FILE)

  const page = await start()
  await expect(await openDownloads(page)).toContainText('Ready to use')
})

test('a system that ends the app asks nothing, and the download goes on at the next start', async () => {
  test.skip(process.platform === 'win32', 'Windows has no signal of this kind.')
  const app = await startPulling()
  await failWhenAsked()
  const ended = exitOf(app)
  app.app.process().kill('SIGTERM')
  expect(await ended).toBe(0)
  running = null
  expect(modelFiles(home.path)).not.toContain(FILE)
  await goesOnByItself()
})

async function start(): Promise<Page> {
  running = await launchApp({ home: home.path, env: hubEnvironment(hub) })
  await expect(composer(running.window)).toBeVisible()
  return running.window
}

/** The app with a model on its way, of which something has arrived. */
async function startPulling(): Promise<LaunchedApp> {
  const page = await start()
  await pullByName(page, `hf.co/${REPO}:Q4_1`)
  const progress = (await openDownloads(page)).getByRole('progressbar')
  await expect.poll(() => valueOf(progress), { timeout: 60_000 }).toBeGreaterThan(0)
  return theApp()
}

/** Starts once more and waits until the model is there, which nobody asked for again. */
async function goesOnByItself(): Promise<void> {
  hub.knobs.bytesPerSecond = null
  const list = await openDownloads(await start())
  await expect(list).toContainText('Ready to use', { timeout: 120_000 })
  expect(modelFiles(home.path)).toContain(FILE)
}

function theApp(): LaunchedApp {
  if (running === null) throw new Error('The app does not run.')
  return running
}

/** Chooses Quit in the application's menu. */
function quit({ app }: LaunchedApp): Promise<void> {
  return app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? []
    const item = items.find(({ label }) => label === 'Quit Hearth')
    if (!item) throw new Error('There is no Quit in the menu.')
    item.click()
  })
}

/** What the person was asked in the system's dialogs. */
function asked({ app }: LaunchedApp): Promise<unknown[]> {
  return app.evaluate(() => Reflect.get(globalThis, 'asked') as unknown[]) // made when the dialog was replaced
}

/** Presses a button of the dialog that is open; the app may end at once. */
async function answer(launched: LaunchedApp, button: 'Keep downloading' | 'Quit anyway'): Promise<void> {
  const pressed = launched.app.evaluate((_, response) => {
    const answers = Reflect.get(globalThis, 'answers') as ((response: number) => void)[] // made with `asked`
    answers.shift()?.(response)
  }, ['Keep downloading', 'Quit anyway'].indexOf(button))
  await (button === 'Quit anyway' ? pressed.catch(() => undefined) : pressed)
}

/** From now on a question ends the app with a code of its own. */
async function failWhenAsked(): Promise<void> {
  await theApp().app.evaluate(({ dialog }, code) => {
    dialog.showMessageBox = () => process.exit(code)
  }, ASKED)
}

function exitOf({ app }: LaunchedApp): Promise<number | null> {
  return new Promise((resolve) => app.process().once('exit', resolve))
}

async function valueOf(progress: ReturnType<Page['getByRole']>): Promise<number> {
  return Number(await progress.getAttribute('aria-valuenow'))
}

/** The bytes that an ended app kept, each range up to but without its second number. */
function rangesLeft(): [number, number][] {
  const journal = readdirSync(home.path, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith(`${FILE}.part.json`),
  )
  if (journal === undefined) return []
  return JSON.parse(readFileSync(join(home.path, journal), 'utf8')).doneRanges
}

/** The bytes that were asked for with ranges, each up to and with its second number. */
function rangesAsked(): [number, number][] {
  return hub.requests.flatMap(({ range }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
    return first === undefined || last === undefined ? [] : [[Number(first), Number(last)]]
  })
}
