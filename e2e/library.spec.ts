import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { HuggingFaceDouble } from '../core/hubs/doubles/huggingface.testing.ts'
import { makeHome } from './home.ts'
import { hubEnvironment, REPO, startHub } from './hub.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import {
  act,
  addByPath,
  addModel,
  detail,
  hashOf,
  modelFiles,
  openDownloads,
  pullByName,
  someAnswer,
  STARTER,
  writeModel,
} from './library.ts'
import { ask, composer, goTo } from './window.ts'

const FILE = 'SmolLM2-135M-Instruct-Q4_1.gguf'

let home: ReturnType<typeof makeHome>
let folder: string
let running: LaunchedApp | null = null

test.describe.configure({ timeout: 180_000 })

test.beforeEach(() => {
  home = makeHome()
  folder = mkdtempSync(join(tmpdir(), 'hearth-library-'))
})

test.afterEach(async () => {
  await running?.close()
  running = null
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

test.describe('a downloaded model', () => {
  let hub: HuggingFaceDouble

  test.beforeEach(async () => {
    hub = await startHub()
  })
  test.afterEach(() => hub.close())

  test('is renamed, tagged, found, checked, deleted and brought back', async () => {
    const page = await start(hubEnvironment(hub))
    await pullByName(page, `hf.co/${REPO}:Q4_1`)
    const list = await openDownloads(page)
    await expect(list).toContainText('Ready to use', { timeout: 120_000 })
    await list.getByRole('button', { name: /^Show .* in the library$/ }).click()
    await expect(detail(page)).toContainText(`hf.co/${REPO}:Q4_1`)

    await act(page, 'Rename…')
    const rename = page.getByRole('dialog', { name: /^Rename / })
    await rename.getByRole('textbox', { name: 'Name' }).fill('lighthouse')
    await rename.getByRole('button', { name: 'Rename' }).click()
    await expect(page).toHaveURL(/#\/models\/lighthouse$/)
    await expect(detail(page).locator('header')).toContainText('lighthouse')

    await detail(page).getByPlaceholder('Add a tag').fill('tiny')
    await detail(page).getByPlaceholder('Add a tag').press('Enter')
    await expect(detail(page)).toContainText('#tiny')
    const favourite = detail(page).getByRole('button', { name: /^Favourite: / })
    await favourite.click()
    await expect(favourite).toHaveAttribute('aria-pressed', 'true')

    const models = page.getByRole('list', { name: 'Models on this computer' }).getByRole('link')
    await expect(models).toHaveCount(3)
    const search = page.getByRole('searchbox', { name: 'Search models' })
    await search.fill('tiny')
    await expect(models).toHaveCount(1)
    await expect(models).toHaveAttribute('href', '#/models/lighthouse')
    await search.fill('')
    await expect(models).toHaveCount(3)
    await page.getByRole('button', { name: 'Sort and filter' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Favourites' }).click()
    await page.keyboard.press('Escape')
    await expect(models).toHaveCount(1)
    await expect(models).toHaveAttribute('href', '#/models/lighthouse')
    await page.getByRole('button', { name: 'Remove filter: Favourites' }).click()
    await expect(models).toHaveCount(3)

    await page.getByRole('button', { name: 'Show as table' }).click()
    const row = page
      .getByRole('table', { name: 'Models on this computer' })
      .getByRole('row')
      .filter({ has: page.locator('a[href="#/models/lighthouse"]') })
    await expect(row).toContainText('98 MB')
    await expect(row.getByRole('button', { name: /^Favourite: / })).toHaveAttribute('aria-pressed', 'true')
    await row.getByRole('link').click()
    await page.getByRole('button', { name: 'Show as list' }).click()

    const path = pathOf(home.path)
    await expect(detail(page)).toContainText(path)
    flipBit(path)
    await act(page, 'Check files')
    await expect(detail(page)).toContainText('Files differ from their hash', { timeout: 60_000 })
    await expect(detail(page).getByRole('alert')).toContainText(`${FILE} of lighthouse is not what it was`)
    await expect(detail(page).getByRole('button', { name: 'Chat with it' })).toHaveCount(0)
    await expect(detail(page).getByRole('button', { name: 'Delete' })).toBeVisible()
    flipBit(path)
    await act(page, 'Check files')
    await expect(detail(page)).toContainText('Files are whole', { timeout: 60_000 })

    await detail(page).getByRole('button', { name: 'Delete' }).click()
    const question = page.getByRole('dialog', { name: /^Delete / })
    await expect(question).toContainText('1 file (98 MB) goes to the trash')
    await question.getByRole('button', { name: 'Delete' }).click()
    await expect(models).toHaveCount(2)
    await expect.poll(() => modelFiles(home.path)).not.toContain(FILE)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page).toHaveURL(/#\/models\/lighthouse$/)
    await expect(models).toHaveCount(3)
    expect(modelFiles(home.path)).toContain(FILE)
    await expect(detail(page)).toContainText('#tiny')
    await detail(page).getByRole('button', { name: 'Chat with it' }).click()
    await ask(page, 'What is the capital of France?')
    await expect(await someAnswer(page)).toContainText(/lighthouse.* tokens?/)
  })
})

test('a model is made with a Modelfile, as text and as form, and shares the weights', async () => {
  const page = await start()
  await addModel(page, 'Make a model…')
  const dialog = page.getByRole('dialog', { name: 'Make a model' })
  const form = dialog.getByRole('tab', { name: 'Form' })
  const text = dialog.getByRole('tab', { name: 'Modelfile' })
  const area = dialog.getByRole('textbox', { name: 'Modelfile' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('keeper')
  await text.click()
  await area.fill('FROM smollm2:135m\nSYSTEM You keep a lighthouse.\nPARAMETER temperature 0.3\n')
  await form.click()
  await expect(dialog.getByLabel('Made from')).toHaveValue('smollm2:135m')
  await expect(dialog.getByLabel('System prompt')).toHaveValue('You keep a lighthouse.')
  await expect(dialog.getByLabel('Temperature')).toHaveValue('0.3')

  await dialog.getByLabel('Temperature').fill('0.4')
  await dialog.getByLabel('System prompt').fill('You keep two lighthouses.')
  await text.click()
  await expect(area).toHaveValue(/^PARAMETER temperature 0\.4$/m)
  await expect(area).toHaveValue(/^SYSTEM "*You keep two lighthouses\."*$/m)
  await expect(area).not.toHaveValue(/0\.3|You keep a lighthouse/)

  const right = await area.inputValue()
  const lines = right.trimEnd().split('\n').length
  await area.fill(`${right.trimEnd()}\nPARAMETER temperature warm\n`)
  const mistakes = dialog.getByRole('list', { name: 'Mistakes in the text' }).getByRole('button')
  await expect(mistakes).toHaveText(new RegExp(`^\\s*${lines + 1}:\\d+`))
  const make = dialog.getByRole('button', { name: 'Make it' })
  await expect(make).toBeDisabled()
  await area.fill(right)
  await expect(mistakes).toHaveCount(0)
  await make.click()
  await expect(dialog).toHaveCount(0)

  await expect(page).toHaveURL(/#\/models\/keeper$/)
  await expect(detail(page)).toContainText('shares the weights of smollm2:135m')
  await expect(detail(page)).toContainText(STARTER)
  await expect(detail(page).getByRole('listitem').filter({ hasText: FILE })).toContainText(
    'Used in place, never changed',
  )
  expect(modelFiles(home.path).filter((name) => name.endsWith('.gguf'))).toEqual([])
  await detail(page).getByRole('button', { name: 'Chat with it' }).click()
  await ask(page, 'What is the capital of France?')
  await expect(await someAnswer(page)).toContainText(/keeper.* tokens?/)
})

test('what is set for a model is set after a restart too, and can be cleared', async () => {
  let page = await start()
  const system = () =>
    detail(page).getByRole('group', { name: 'System prompt' }).getByRole('textbox', { name: 'System prompt' })
  const openDefaults = async () => {
    await goTo(page, '#/models/smollm2%3A135m')
    await detail(page).getByRole('tab', { name: 'Defaults' }).click()
  }
  await openDefaults()
  const before = await system().inputValue()
  await system().fill('Answer like a lighthouse keeper.')
  await detail(page).getByLabel('Temperature').fill('0.35')
  // The last change is saved although nobody waited for it.
  await goTo(page, '#/models')
  await goTo(page, '#/chat')
  await expect(composer(page)).toBeVisible()
  await running?.close()

  page = await start()
  await openDefaults()
  await expect(system()).toHaveValue('Answer like a lighthouse keeper.')
  await expect(detail(page).getByLabel('Temperature')).toHaveValue('0.35')
  expect(before).not.toBe('Answer like a lighthouse keeper.')
  const group = detail(page).getByRole('group', { name: 'System prompt' })
  await group.getByRole('button', { name: 'Clear' }).click()
  await expect(system()).toHaveValue('')
  await group.getByRole('button', { name: 'Undo' }).click()
  await expect(system()).toHaveValue('Answer like a lighthouse keeper.')
})

test('a model is handed over as one file; a damaged one is refused', async () => {
  const handOver = join(folder, 'gift.hearth')
  let page = await start()
  const given = writeModel(join(folder, 'Gift-Q4_1.gguf'))
  await addByPath(page, given)
  await expect(page).toHaveURL(/#\/models\/gift/)
  await detail(page).getByPlaceholder('Add a tag').fill('present')
  await detail(page).getByPlaceholder('Add a tag').press('Enter')
  await expect(detail(page)).toContainText('#present')
  await running?.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, handOver)
  await act(page, 'Export as one file…')
  await expect(page.getByText(/ was exported$/)).toBeVisible({ timeout: 60_000 })
  expect(statSync(handOver).size).toBeGreaterThan(statSync(given).size)
  await running?.close()

  const hash = hashOf(given)
  rmSync(given)
  const damaged = join(folder, 'damaged.hearth')
  copyFileSync(handOver, damaged)
  flipBit(damaged)
  home.remove()
  home = makeHome()
  page = await start()
  await addModel(page, 'From a hand-over…')
  const dialog = page.getByRole('dialog', { name: 'Import a hand-over' })
  await choose(damaged)
  await dialog.getByRole('button', { name: 'Choose a .hearth file' }).click()
  await expect(dialog.getByRole('alert')).not.toBeEmpty({ timeout: 60_000 })
  expect(modelFiles(home.path).filter((name) => name.endsWith('.gguf'))).toEqual([])

  await choose(handOver)
  await dialog.getByRole('button', { name: 'Choose a .hearth file' }).click()
  await expect(dialog).toHaveCount(0, { timeout: 60_000 })
  await expect(page).toHaveURL(/#\/models\/gift/)
  await expect(detail(page)).toContainText('Imported from a hand-over')
  await expect(detail(page)).toContainText('#present')
  const path = await detail(page)
    .getByText(/\.gguf$/)
    .filter({ hasText: home.path })
    .first()
    .innerText()
  expect(hashOf(path)).toBe(hash)
  await act(page, 'Check files')
  await expect(detail(page)).toContainText('Files are whole', { timeout: 60_000 })
})

test('a model of Ollama is used where it lies; removing it leaves its file alone', async () => {
  const store = join(folder, 'ollama')
  const blob = ollamaModel(store, 'registry.ollama.ai/library/lighthouse/135m')
  const before = { ...describe(blob), hash: hashOf(blob) }
  const page = await start({ OLLAMA_MODELS: store })
  await addModel(page, 'From other apps…')
  const dialog = page.getByRole('dialog', { name: 'Models of other apps' })
  const found = dialog.getByRole('region', { name: 'Ollama' }).getByRole('listitem').filter({ hasText: blob })
  await expect(found).toContainText('lighthouse:135m')
  await found.getByRole('checkbox').click()
  await dialog.getByRole('button', { name: /^Use 1 in place/ }).click()
  await expect(page.getByText('1 model was added')).toBeVisible()

  await goTo(page, '#/models/lighthouse%3A135m')
  await expect(detail(page)).toContainText(blob)
  expect(modelFiles(home.path).filter((name) => name.endsWith('.gguf'))).toEqual([])
  await detail(page).getByRole('button', { name: 'Chat with it' }).click()
  await ask(page, 'What is the capital of France?')
  await expect(await someAnswer(page)).toContainText(/lighthouse:135m.* tokens?/)

  await goTo(page, '#/models/lighthouse%3A135m')
  await act(page, 'Remove from the list')
  const question = page.getByRole('dialog', { name: /^Remove / })
  await expect(question).toContainText(`The file stays where it is: ${blob}`)
  await question.getByRole('button', { name: 'Remove' }).click()
  await expect(page.locator('a[href="#/models/lighthouse%3A135m"]')).toHaveCount(0)
  // What is passed on when the program ends is passed on.
  await running?.close()
  running = null
  expect({ ...describe(blob), hash: hashOf(blob) }).toEqual(before)
})

async function start(env: Record<string, string> = {}): Promise<Page> {
  running = await launchApp({ home: home.path, env })
  await expect(composer(running.window)).toBeVisible()
  return running.window
}

/** What the system's dialog answers from now on. */
async function choose(path: string): Promise<void> {
  await running?.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
}

/** Where the downloaded model's file lies. */
function pathOf(root: string): string {
  return join(root, 'models', 'huggingface', ...REPO.split('/'), FILE)
}

/** Changes one bit in the middle of a file, or changes it back. */
function flipBit(path: string): void {
  const file = openSync(path, 'r+')
  const place = Math.floor(statSync(path).size / 2)
  const byte = Buffer.alloc(1)
  readSync(file, byte, 0, 1, place)
  writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, place)
  closeSync(file)
}

/** A folder as Ollama keeps its models, with one in it; returns where its weights lie. */
function ollamaModel(store: string, manifest: string): string {
  const whole = writeModel(join(folder, 'model'))
  const hash = hashOf(whole)
  const blob = join(store, 'blobs', `sha256-${hash}`)
  const list = join(store, 'manifests', ...manifest.split('/'))
  for (const path of [blob, list]) mkdirSync(dirname(path), { recursive: true })
  copyFileSync(whole, blob)
  const layer = { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${hash}`, size: statSync(blob).size }
  writeFileSync(list, JSON.stringify({ schemaVersion: 2, layers: [layer] }))
  return blob
}

function describe(path: string) {
  const { ino, size, mtimeMs, nlink } = statSync(path)
  return { ino, size, mtimeMs, nlink }
}
