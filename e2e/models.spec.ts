import { copyFileSync, linkSync, mkdtempSync, readFileSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { launchApp, type LaunchedApp } from './launch.ts'
import { addByPath, detail, pathDialog, someAnswer, STARTER } from './library.ts'
import { servicePids } from './services.ts'
import { answers, ask, composer, goTo } from './window.ts'

let launched: LaunchedApp
let page: Page
let folder: string

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-models-'))
  launched = await launchApp()
  page = launched.window
  await expect(composer(page)).toBeVisible()
})

test.afterAll(async () => {
  await launched.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A file of its own with the starter model in it. */
function modelFile(name: string): string {
  const path = join(folder, name)
  try {
    linkSync(STARTER, path)
  } catch {
    // The temporary folder is on another disk.
    copyFileSync(STARTER, path)
  }
  return path
}

/** Drags a file into the window, from one element straight to another, and lets go of it there or takes it out again. */
async function drag(path: string, end: 'drop' | 'leave'): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 | 2 | 16 }
  const send = (type: 'dragEnter' | 'dragOver' | 'drop', x: number) =>
    cdp.send('Input.dispatchDragEvent', { type, x, y: 400, data })
  await send('dragEnter', 100)
  await send('dragOver', 600)
  await expect(overlay()).toBeVisible()
  if (end === 'drop') await send('drop', 600)
  else await send('dragOver', -50)
  await cdp.detach()
}

function overlay() {
  return page.getByText('Drop to add this model')
}

function row(name: string) {
  return page.getByRole('list', { name: 'Models on this computer' }).getByRole('link').filter({ hasText: name })
}

test('a model is added by its path, answers, leaves the list and comes back; its file stays', async () => {
  const path = modelFile('Own-Copy-Q4_1.gguf')
  await addByPath(page, path)
  await expect(pathDialog(page)).toHaveCount(0)
  await expect(page).toHaveURL(/#\/models\/own-copy/)
  await expect(detail(page)).toContainText(path)
  await expect(detail(page)).toContainText('From this computer')
  await expect(detail(page)).toContainText('8,192 tokens')
  await expect(detail(page)).toContainText('Q4_1')

  await detail(page).getByRole('button', { name: 'Chat with it' }).click()
  await ask(page, 'What is the capital of France?')
  await expect(page).toHaveURL(/#\/chat\//)
  const answer = await someAnswer(page)
  await expect(answer).toContainText(/own-copy.* tokens?/)

  await goTo(page, '#/models/own-copy-q4_1')
  const name = new URL(page.url()).hash
  await detail(page).getByRole('button', { name: 'Remove from the list' }).click()
  const question = page.getByRole('dialog', { name: /^Remove / })
  await expect(question).toContainText(path)
  await question.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(detail(page)).not.toContainText(path)
  expect(existsSync(path)).toBe(true)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(detail(page)).toContainText(path)
  expect(new URL(page.url()).hash).toBe(name)
})

test('a model file that is dropped onto the window is added where it lies', async () => {
  const path = modelFile('Dropped-Q4_1.gguf')
  await goTo(page, '#/')
  await drag(path, 'leave')
  await expect(overlay()).toBeHidden()
  await drag(path, 'drop')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(detail(page)).toContainText(path)

  const text = join(folder, 'notes.txt')
  writeFileSync(text, 'not a model')
  await drag(text, 'drop')
  await expect(page.getByText('Only GGUF model files can be added. notes.txt is none.')).toBeVisible()
})

test('what is no whole GGUF file is refused with the reason, and the path stays to be corrected', async () => {
  const dialog = pathDialog(page)
  const plain = join(folder, 'letter.gguf')
  writeFileSync(plain, 'Dear reader, this is a letter. '.repeat(200))
  const half = join(folder, 'half.gguf')
  writeFileSync(half, readFileSync(STARTER).subarray(0, Math.floor(statSync(STARTER).size / 2)))
  const missing = join(folder, 'nowhere.gguf')

  await addByPath(page, plain)
  await expect(dialog).toContainText(/letter\.gguf is (not|no) .*GGUF/)
  await expect(dialog).toContainText('get it again from where it came from')
  await expect(dialog.getByRole('textbox')).toHaveValue(plain)

  await addByPath(page, half)
  await expect(dialog).toContainText(/half\.gguf/)
  await expect(dialog).toContainText('The file is not complete.')

  await addByPath(page, missing)
  await expect(dialog).toContainText(`There is no file at ${missing}.`)

  await addByPath(page, folder)
  await expect(dialog).toContainText(`${folder} is not a file.`)

  // The same dialog then takes the right path, in the quotes of a file manager.
  const right = modelFile('Corrected-Q4_1.gguf')
  await addByPath(page, `"${right}"`)
  await expect(dialog).toHaveCount(0)
  await expect(detail(page)).toContainText(right)
})

test('a file that is gone since is said so on its page and in the chat, and works when it is back', async () => {
  const path = modelFile('Gone-Since-Q4_1.gguf')
  await addByPath(page, path)
  await expect(detail(page)).toContainText(path)
  await detail(page).getByRole('button', { name: 'Chat with it' }).click()
  await composer(page).fill('')
  rmSync(path)
  await ask(page, 'What is the capital of France?')
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(`is no longer at ${path}.`)
  await expect(alert).toContainText('Put the file back')
  await goTo(page, '#/models')
  await expect(row('File missing')).toHaveCount(1)
  await row('File missing').click()
  await expect(detail(page).getByRole('alert')).toContainText(`is no longer at ${path}.`)

  modelFile('Gone-Since-Q4_1.gguf')
  await page.goBack()
  await page.goBack()
  await page.getByRole('button', { name: 'Try again' }).click()
  await someAnswer(page)
  await expect(answers(page)).toHaveCount(1)
  await expect(alert).toHaveCount(0)
})

test('the model menu shows what is in memory; taking it out ends its process', async () => {
  await goTo(page, '#/models/smollm2%3A135m')
  await detail(page).getByRole('button', { name: 'Chat with it' }).click()
  await expect(composer(page)).toBeVisible()
  const trigger = page.getByRole('button', { name: /^Model: / })
  await trigger.click()
  const item = page.getByRole('menuitemradio', { checked: true })
  await page.getByRole('menuitem', { name: 'Load now' }).click()
  await expect.poll(async () => (await servicePids(launched.app, 'Hearth Engine')).length).toBeGreaterThan(0)
  await trigger.click()
  await expect(item).toContainText('in memory', { timeout: 30_000 })
  const before = await servicePids(launched.app, 'Hearth Engine')
  const foot = page.getByText(/ GB$/).last()
  await expect(foot).not.toHaveText(/^0 /)
  await page.getByRole('menuitem', { name: 'Take out of memory' }).click()
  await expect
    .poll(async () => (await servicePids(launched.app, 'Hearth Engine')).filter((pid) => before.includes(pid)).length)
    .toBeLessThan(before.length)
  await trigger.click()
  await expect(item).not.toContainText('in memory')
})
