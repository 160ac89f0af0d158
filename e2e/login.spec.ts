import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test'
import { QUESTION } from './ask.ts'
import { makeHome } from './home.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { freePort } from './ports.ts'
import { goTo } from './window.ts'

test.skip(process.platform !== 'linux', 'The other systems keep what starts at login where no test should write.')

test.describe.serial('starting at login', () => {
  let home: ReturnType<typeof makeHome>
  let config: string
  let entry: string
  let url: string
  let running: LaunchedApp | null = null
  let hidden: ElectronApplication | null = null

  test.beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    home = makeHome({ server: { port, ollamaPort: 'no' } })
    config = mkdtempSync(join(tmpdir(), 'hearth e2e $config-'))
    entry = join(config, 'autostart', 'app.hearth.desktop')
  })

  test.afterAll(async () => {
    await hidden?.close()
    await end()
    home.remove()
    rmSync(config, { recursive: true, force: true })
  })

  async function settings(): Promise<Page> {
    running ??= await launchApp({ home: home.path, env: { XDG_CONFIG_HOME: config } })
    await goTo(running.window, '#/settings/general')
    return running.window
  }

  async function end(): Promise<void> {
    await running?.close()
    running = null
  }

  const toggle = (page: Page) => page.getByRole('switch', { name: 'Start at login' })

  test('is written where the desktop looks, and taken away again', async () => {
    const page = await settings()
    await expect(toggle(page)).not.toBeChecked()
    expect(existsSync(entry)).toBe(false)
    await toggle(page).click()
    await expect(toggle(page)).toBeChecked()
    expect(readFileSync(entry, 'utf8')).toMatch(/^\[Desktop Entry\]\nType=Application\n/)
    await toggle(page).click()
    await expect(toggle(page)).not.toBeChecked()
    expect(existsSync(entry)).toBe(false)
    await toggle(page).click()
    await expect(toggle(page)).toBeChecked()
  })

  test('is brought up to date when the app starts, wherever it lies then', async () => {
    const written = readFileSync(entry, 'utf8')
    await end()
    rmSync(entry)
    await settings()
    await expect.poll(() => existsSync(entry) && readFileSync(entry, 'utf8')).toBe(written)
    await end()
  })

  test('starts the app without a window, and with the server on', async () => {
    const { command, args, env } = readEntry(entry)
    hidden = await _electron.launch({ executablePath: command, args, cwd: tmpdir(), env: { ...clean(), ...env } })
    await expect.poll(() => statusOf(`${url}/health`), { timeout: 60_000 }).toBe(200)
    expect(await windows(hidden)).toBe(0)
    const body = JSON.stringify({ model: 'smollm2:135m', messages: [{ role: 'user', content: QUESTION }] })
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
    expect(JSON.stringify(await answer.json())).toContain('Paris')
    expect(await windows(hidden)).toBe(0)
    // The switch of the server is the person's: it was not touched.
    expect(JSON.parse(readFileSync(join(home.path, 'settings.json'), 'utf8')).server.enabled).toBe(false)
  })

  /** Starts the app once more beside the one that runs. */
  function again(by: 'system' | 'person'): Promise<number | null> {
    const { command, args, env } = readEntry(entry)
    const given = by === 'system' ? args : args.filter((argument) => argument !== '--hidden')
    return exitOf(spawn(command, given, { cwd: tmpdir(), env: { ...clean(), ...env } }))
  }

  test('a second one by the system changes nothing, one by the person shows the window', async () => {
    if (hidden === null) throw new Error('It does not run.')
    expect(await again('system')).toBe(0)
    expect(await windows(hidden)).toBe(0)
    const shown = hidden.waitForEvent('window')
    expect(await again('person')).toBe(0)
    await expect((await shown).getByRole('link', { name: 'Settings' })).toBeVisible()
    expect(await windows(hidden)).toBe(1)
  })

  test('goes on without the window where no tray would show it', async () => {
    if (hidden === null) throw new Error('It does not run.')
    await hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(() => windows(hidden)).toBe(0)
    // An app that ends would do so meanwhile.
    expect(await again('system')).toBe(0)
    expect(await statusOf(`${url}/v1/models`)).toBe(200)
    const shown = hidden.waitForEvent('window')
    expect(await again('person')).toBe(0)
    await shown
  })
})

test('the computer stays awake while something is answered, if it is told to', async () => {
  const port = await freePort()
  const home = makeHome({ server: { enabled: true, port, ollamaPort: 'no' } })
  const { app, window, close } = await launchApp({ home: home.path })
  // Identifiers of blockers count up.
  const isAwake = () =>
    app.evaluate(({ powerSaveBlocker }) =>
      Array.from({ length: 20 }, (_, id) => powerSaveBlocker.isStarted(id)).some(Boolean),
    )
  const ask = async () => {
    const stop = new AbortController()
    // Without the tokens that end it, an answer goes on until it is stopped.
    const endless = { logit_bias: { 0: -100, 2: -100 }, stream: true }
    const body = { model: 'smollm2:135m', messages: [{ role: 'user', content: QUESTION }], ...endless }
    const options = { method: 'POST', body: JSON.stringify(body), signal: stop.signal }
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, options)
    await response.body?.getReader().read()
    return () => stop.abort()
  }
  try {
    await expect.poll(() => statusOf(`http://127.0.0.1:${port}/health`)).toBe(200)
    const first = await ask()
    expect(await isAwake()).toBe(false)
    await goTo(window, '#/settings/general')
    await window.getByRole('switch', { name: 'Stay awake while it answers' }).click()
    await expect.poll(isAwake).toBe(true)
    first()
    await expect.poll(isAwake, { timeout: 20_000 }).toBe(false)
    const second = await ask()
    await expect.poll(isAwake).toBe(true)
    second()
    await expect.poll(isAwake, { timeout: 20_000 }).toBe(false)
  } finally {
    await close()
    home.remove()
  }
})

/** What an autostart entry runs, read as a desktop does: the value's escapes, then quoted words, then `%%`. */
function readEntry(path: string): { command: string; args: string[]; env: Record<string, string> } {
  const value = /^Exec=(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? ''
  const words = [...value.replaceAll('\\\\', '\\').matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, word = '']) =>
    word.replaceAll(/\\(["`$\\])/g, '$1').replaceAll('%%', '%'),
  )
  const isVariable = (word: string) => /^[A-Z_]+=/.test(word)
  const [command = '', ...args] = words.filter((word) => word !== 'env' && !isVariable(word))
  const env = words
    .filter(isVariable)
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])
  return { command, args, env: Object.fromEntries(env) }
}

/** The environment of someone who has just signed in. */
function clean(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(HEARTH_|OLLAMA_|ELECTRON_)/.test(entry[0]),
  )
  return { ...Object.fromEntries(kept), LANGUAGE: 'en' }
}

function windows(app: ElectronApplication | null): Promise<number> {
  return app?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length) ?? Promise.resolve(-1)
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}

async function statusOf(address: string): Promise<number | null> {
  return fetch(address).then(
    ({ status }) => status,
    () => null,
  )
}
