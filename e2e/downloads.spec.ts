import { expect, type Page, test } from '@playwright/test'
import type { HuggingFaceDouble } from '../core/hubs/doubles/huggingface.testing.ts'
import { makeHome } from './home.ts'
import { hubEnvironment, REPO, startHub } from './hub.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { modelFiles, openDownloads } from './library.ts'
import { ask, finished, goTo, growing } from './window.ts'

const VARIANT = 'Q4_1'
/** Slow enough to be seen and paused half way. */
const SLOW = 8e6

let hub: HuggingFaceDouble
let home: ReturnType<typeof makeHome>
let running: LaunchedApp | null = null

test.describe.configure({ timeout: 180_000 })

test.beforeEach(async () => {
  hub = await startHub()
  home = makeHome()
})

test.afterEach(async () => {
  await running?.close()
  running = null
  await hub.close()
  home.remove()
})

test('a model is found, its file chosen, downloaded over a restart, verified and talked to', async () => {
  hub.knobs.bytesPerSecond = SLOW
  let page = await start()
  await goTo(page, '#/discover')
  await page.getByRole('searchbox', { name: 'Search for models' }).fill('smollm2')
  await page
    .getByRole('region', { name: 'Models to get' })
    .getByRole('link', { name: /SmolLM2-135M-Instruct/ })
    .click()

  const picker = page.getByRole('table', { name: /Files of this model/ })
  const row = picker.getByRole('row', { name: new RegExp(VARIANT) })
  await expect(row).toContainText(/98 MB/)
  await expect(row).toContainText(/Runs on/, { timeout: 60_000 })
  await row.getByRole('button', { name: `Download ${VARIANT}` }).click()

  const list = await openDownloads(page)
  const progress = list.getByRole('progressbar')
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(0)
  await list.getByRole('button', { name: 'Pause SmolLM2-135M-Instruct' }).click()
  await expect(list).toContainText('Paused')
  expect(modelFiles(home.path)).not.toContain('SmolLM2-135M-Instruct-Q4_1.gguf')
  const sentBefore = bytesAsked(hub)

  await running?.close()
  hub.knobs.bytesPerSecond = null
  page = await start()
  const again = await openDownloads(page)
  await expect(again).toContainText('Paused')
  await again.getByRole('button', { name: 'Resume SmolLM2-135M-Instruct' }).click()
  await expect(again).toContainText('Ready to use', { timeout: 120_000 })
  expect(modelFiles(home.path)).toContain('SmolLM2-135M-Instruct-Q4_1.gguf')
  // What had arrived was not asked for again, but for the piece that was under way.
  expect(bytesAsked(hub) - sentBefore).toBeLessThan(98_362_496)

  await again.getByRole('button', { name: /^Show .* in the library$/ }).click()
  const model = page.getByRole('article')
  await expect(model.getByText('Files are whole')).toBeVisible()
  await model.getByRole('button', { name: 'Chat with it' }).click()
  await ask(page, 'What is the capital of France?')
  // A model from a hub has no defaults that make a small one stop early.
  await growing(page)
  await page.keyboard.press('Escape')
  await finished(page)
})

test('a model card can show neither scripts nor pictures from elsewhere', async () => {
  const page = await start()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await goTo(page, `#/discover/huggingface/${encodeURIComponent(REPO)}`)
  await expect(page.getByRole('heading', { name: 'SmolLM2', exact: true })).toBeVisible()
  await expect(page.getByRole('cell', { name: 'small', exact: true })).toBeVisible()
  expect(await page.title()).not.toBe('taken over')
  await expect(page.getByRole('link', { name: 'no link' })).toHaveCount(0)
  expect(asked.filter((url) => url.startsWith('http'))).toEqual([])
})

test('a model that needs consent says so, and the refused download says what to do', async () => {
  const page = await start()
  await goTo(page, `#/discover/huggingface/${encodeURIComponent('careful/Gated-1B-GGUF')}`)
  await expect(page.getByText('Its owner lets people in one by one')).toBeVisible()
  await page.getByRole('button', { name: 'Download Q4_K_M' }).click()
  const list = await openDownloads(page)
  await expect(list).toContainText('is only for people whom its owner lets in')
  await expect(list).toContainText('token')
  await list.getByRole('button', { name: /^Cancel / }).click()
  await expect(list.getByRole('listitem')).toHaveCount(0)
})

test('a hub that answers with a login page is named as such, and the picked models stay', async () => {
  hub.knobs.captivePortal = { api: 'page' }
  const page = await start()
  await goTo(page, '#/discover')
  await page.getByRole('searchbox', { name: 'Search for models' }).fill('smollm2')
  await expect(page.getByRole('region', { name: 'Models to get' })).toContainText('The network answers with a web page')
  await page.getByRole('button', { name: 'Show the models picked for you' }).click()
  await expect(page.getByRole('link', { name: /Qwen3 0.6B/ })).toBeVisible()
})

async function start(): Promise<Page> {
  running = await launchApp({ home: home.path, env: hubEnvironment(hub) })
  return running.window
}

/** Bytes of files that were asked for with a range. */
function bytesAsked({ requests }: HuggingFaceDouble): number {
  return requests.reduce((sum, { range }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
    return first === undefined || last === undefined ? sum : sum + Number(last) - Number(first) + 1
  }, 0)
}
