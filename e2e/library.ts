import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Locator, type Page } from '@playwright/test'
import { answers, finished, goTo, prose } from './window.ts'

/** A small model whose bytes are real. */
export const STARTER = fileURLToPath(new URL('../resources/models/SmolLM2-135M-Instruct-Q4_1.gguf', import.meta.url))

/** The starter model with some more bytes at its end, which is another file to everyone who compares hashes. */
export function writeModel(path: string): string {
  copyFileSync(STARTER, path)
  // The starter model is kept from being written to, and so is a copy of it.
  chmodSync(path, 0o644)
  appendFileSync(path, Buffer.alloc(64))
  return path
}

/** The SHA-256 of a file in hex. */
export function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** Chooses one of the ways in which a model comes into the library. */
export async function addModel(page: Page, way: string): Promise<void> {
  await goTo(page, '#/models')
  await page.getByRole('button', { name: 'Add a model' }).click()
  await page.getByRole('menuitem', { name: way }).click()
}

/** The dialog that takes a path. */
export function pathDialog(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Add a model by its path' })
}

/** Fills the dialog that takes a path, and sends it. */
export async function addByPath(page: Page, path: string): Promise<void> {
  const dialog = pathDialog(page)
  if (!(await dialog.isVisible())) await addModel(page, 'Type a path instead')
  await dialog.getByRole('textbox').fill(path)
  await dialog.getByRole('button', { name: 'Add' }).click()
}

/** Begins to fetch a model by the name that people type. */
export async function pullByName(page: Page, name: string): Promise<void> {
  await addModel(page, 'By name…')
  const dialog = page.getByRole('dialog', { name: 'Download by name' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog).toHaveCount(0)
}

/** Opens the list in the tray at the foot of the sidebar. */
export async function openDownloads(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: /\d downloads?/ }).click()
  return page.getByRole('dialog', { name: 'Downloads' })
}

/** The detail of the model that is open. */
export function detail(page: Page): Locator {
  return page.getByRole('region', { name: 'Model details' })
}

/** Chooses what is in the menu of the model that is open. */
export async function act(page: Page, action: string): Promise<void> {
  await detail(page)
    .getByRole('button', { name: /^Actions for / })
    .click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Names of the files below the models' folder, without those that wait to be brought back. */
export function modelFiles(home: string): string[] {
  const models = join(home, 'models')
  if (!existsSync(models)) return []
  return readdirSync(models, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.removed'))
    .map((entry) => entry.name)
}

/** Waits for words and ends them: an added model has no defaults of ours and may talk for as long as its context is. */
export async function someAnswer(page: Page): Promise<Locator> {
  await expect.poll(() => prose(answers(page).last()), { timeout: 60_000 }).toMatch(/\S/)
  await page.keyboard.press('Escape')
  return finished(page)
}
