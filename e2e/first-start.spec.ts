import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { findElectron } from '../scripts/electron-runtime.mjs'
import { launchApp, type LaunchedApp } from './launch.ts'
import { expectGone, processTree } from './processes.ts'
import { answers, ask, chatRows, composer, finished, goTo } from './window.ts'

const QUESTION = 'What is the capital of France?'
const BOUNDS = { x: 90, y: 60, width: 1010, height: 720 }

test.describe.configure({ mode: 'serial' })

let home: string
let launched: LaunchedApp

test.beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hearth-first-'))
  launched = await launchApp({ home })
})

test.afterAll(async () => {
  await launched.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 3 })
})

test('an empty data folder opens on a page that says what this is and what it runs on', async () => {
  const { window } = launched
  await expect(window).toHaveTitle('Hearth')
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('Hearth is ready')
  await expect(window.getByText('Language models on your own computer.')).toBeVisible()
  const facts = window.getByRole('listitem')
  await expect(facts.filter({ hasText: /\d+ cores?/ })).toBeVisible()
  await expect(facts.filter({ hasText: /\d+ GB, [\d.,]+ free/ })).toBeVisible()
  await expect(facts.filter({ hasText: /GPU|CUDA|Vulkan|Metal/ })).toBeVisible({ timeout: 30_000 })
  await expect(composer(window)).toBeFocused()
})

test('the first question is answered, and the answer is measured', async () => {
  const { window } = launched
  // Typed, not filled: the keyboard must be in the composer already.
  await window.keyboard.type(QUESTION)
  await window.keyboard.press('Enter')
  const answer = await finished(window)
  await expect(answer).toContainText('Paris')
  await expect(answer).toContainText(/smollm2:135m[\d.,]+ tok\/s[\d.,]+ s to first\d+ tokens/)
  await expect(chatRows(window)).toHaveText([QUESTION])
})

test('a second start with the same data folder brings the first window to the front and ends', async () => {
  await launched.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    if (!window) throw new Error('no window')
    // No window manager tells about focus here; that the app asks for it is what can be seen.
    const focus = window.focus.bind(window)
    window.focus = () => {
      window.setTitle('brought to the front')
      focus()
    }
  })
  const electron = await findElectron({ log: () => undefined })
  const second = spawn(electron.executable, electron.args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, HEARTH_HOME: home },
    stdio: 'ignore',
  })
  const code = await new Promise((resolve) => second.once('exit', resolve))
  expect(code).toBe(0)
  const title = () => launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle())
  await expect.poll(title).toBe('brought to the front')
  await expect(launched.window.getByText('Paris').first()).toBeVisible()
})

test('after quitting no process is left', async () => {
  const { app, window } = launched
  await goTo(window, '#/settings')
  await window.getByRole('tab', { name: 'Dark' }).click()
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'dark')
  await app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), BOUNDS)
  const processes = processTree(app.process().pid ?? 0)
  // Main, its helpers, the page, the core and an engine: the list must be able to see them.
  if (process.platform === 'linux') expect(processes.length).toBeGreaterThan(4)
  await app.close()
  await expectGone(processes)
})

test('the next start remembers the chat, the place of the window and the theme', async () => {
  launched = await launchApp({ home })
  const { app, window } = launched
  const place = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(place).toEqual(BOUNDS)
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('What would you like to ask?')
  await chatRows(window).filter({ hasText: QUESTION }).click()
  await expect(answers(window)).toHaveCount(1)
  await expect(answers(window)).toContainText('Paris')
  await ask(window, 'Thank you.')
  await finished(window)
  await expect(answers(window)).toHaveCount(2)
})
