import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type Browser, chromium, type ElectronApplication, expect, type Page } from '@playwright/test'
import { electronFor, findElectron } from '../scripts/electron-runtime.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const silent = { log: () => undefined }

export interface LaunchOptions {
  /** A data folder to use; without one a fresh one is made, and removed at the end. */
  home?: string
  env?: Record<string, string>
  args?: readonly string[]
}

export interface LaunchedApp {
  app: ElectronApplication
  window: Page
  home: string
  close(): Promise<void>
}

export interface LaunchedPackage {
  window: Page
  home: string
  process: ChildProcess
  close(): Promise<void>
}

export interface LaunchedServe {
  /** `http://127.0.0.1:N` */
  url: string
  /** The one-time link that lets one browser in; null with `--no-ui`. */
  link: string | null
  home: string
  process: ChildProcess
  /** Everything it has printed. */
  output(): string
  /** Interrupts it and resolves with its exit code. */
  close(): Promise<number | null>
}

/** Starts the app from the checkout and waits for its window. */
export async function launchApp(options: LaunchOptions & { executablePath?: string } = {}): Promise<LaunchedApp> {
  const home = homeFor(options)
  const electron = await findElectron(silent)
  const app = await launchShown({
    executablePath: options.executablePath ?? electron.executable,
    args: [...electron.args, ...(options.args ?? [])],
    env: environment(home.path, options.env),
  })
  return {
    app,
    window: await app.firstWindow(),
    home: home.path,
    async close() {
      await app.close()
      home.remove()
    },
  }
}

/**
 * Playwright waits for ever when it comes to a page that is being made in that very moment: 1 start in 40 on a busy
 * machine. It comes as soon as it reads where the DevTools are.
 */
function launchShown(options: { executablePath: string; args: string[]; env: Record<string, string> }) {
  // No such shell on Windows: there a test may wait in vain.
  if (process.platform === 'win32') return _electron.launch({ ...options, cwd: root })
  const { executablePath, env } = options
  return _electron.launch({
    ...options,
    executablePath: join(root, 'e2e', 'when-shown', 'electron.sh'),
    cwd: root,
    env: { ...env, HEARTH_E2E_ELECTRON: executablePath, HEARTH_E2E_NODE: process.execPath },
  })
}

/**
 * Starts a packaged app. Its fuses let nobody attach to Node, so only its pages can be driven, over the DevTools
 * protocol.
 */
export async function launchPackage(executable: string, options: LaunchOptions = {}): Promise<LaunchedPackage> {
  const home = homeFor(options)
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0
  const args = ['--remote-debugging-port=0', ...(isRoot ? ['--no-sandbox'] : []), ...(options.args ?? [])]
  const child = spawn(executable, args, {
    env: environment(home.path, options.env),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = exitOf(child)
  const [, endpoint = ''] = await waitForLine(child, child.stderr, /DevTools listening on (ws:\S+)/)
  const { browser, window } = await connectToWindow(endpoint)
  return {
    window,
    home: home.path,
    process: child,
    async close() {
      child.kill('SIGTERM')
      await exited
      await browser.close().catch(() => undefined)
      home.remove()
    },
  }
}

/** Drives an app over the DevTools protocol; once its page has come up, as in {@link launchShown}. */
export async function connectToWindow(endpoint: string): Promise<{ browser: Browser; window: Page }> {
  await expect.poll(() => listedPage(endpoint), { timeout: 60_000 }).toMatchObject({ title: 'Hearth' })
  const browser = await chromium.connectOverCDP(endpoint)
  const window = browser.contexts()[0]?.pages()[0]
  if (window === undefined) throw new Error('The app has no page.')
  return { browser, window }
}

async function listedPage(endpoint: string): Promise<{ title: string } | undefined> {
  const list = await fetch(new URL('/json/list', endpoint.replace(/^ws:/, 'http:')))
  const targets = (await list.json()) as { type: string; title: string }[] // as Chromium's DevTools protocol has it
  return targets.find(({ type }) => type === 'page')
}

/** Starts `hearth serve` on a port that is free, and waits until it answers. */
export async function launchServe(options: LaunchOptions = {}): Promise<LaunchedServe> {
  const home = homeFor(options)
  const given = options.args ?? []
  const args = [
    join(root, 'dist', 'cli', 'hearth.js'),
    'serve',
    ...(given.includes('--port') ? [] : ['--port', '0']),
    ...given,
  ]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: environment(home.path, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = exitOf(child)
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const [, url = ''] = await waitForLine(child, child.stdout, /Hearth is listening on (https?:\S+)/)
  const link = given.includes('--no-ui')
    ? null
    : await waitForLine(child, child.stdout, /(https?:\/\/\S+\/enter\S*)/, () => output)
  return {
    url,
    link: link?.[1] ?? null,
    home: home.path,
    process: child,
    output: () => output,
    async close() {
      child.kill('SIGINT')
      const code = await exited
      home.remove()
      return code
    },
  }
}

/** Opens an address in a plain browser window that has nothing of the app in it. */
export async function openInBrowser(url: string): Promise<{ page: Page; close(): Promise<void> }> {
  const electron = electronFor(await findElectron(silent), join(root, 'e2e', 'browser'), 'electron-browser')
  const profile = mkdtempSync(join(tmpdir(), 'hearth-e2e-browser-'))
  const app = await launchShown({
    executablePath: electron.executable,
    args: electron.args,
    env: { ...environment(profile, {}), HEARTH_E2E_URL: url, HEARTH_E2E_PROFILE: profile },
  })
  const page = await app.firstWindow()
  return {
    page,
    async close() {
      await app.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

function homeFor(options: LaunchOptions): { path: string; remove(): void } {
  if (options.home !== undefined) return { path: options.home, remove: () => undefined }
  const path = mkdtempSync(join(tmpdir(), 'hearth-e2e-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** The environment without what would change how Hearth or Electron behaves on the developer's machine. */
function environment(home: string, extra: Record<string, string> | undefined): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(HEARTH_|OLLAMA_|ELECTRON_)/.test(entry[0]),
  )
  // The tests read the window in English, whatever the developer's system speaks.
  return { ...Object.fromEntries(kept), LANGUAGE: 'en', HEARTH_HOME: home, ...extra }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}

/** Waits for a line that a program prints; rejects with what it printed when it ends instead. */
function waitForLine(
  child: ChildProcess,
  stream: NodeJS.ReadableStream | null,
  pattern: RegExp,
  printed: () => string = () => '',
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = printed()
    const check = () => {
      const match = pattern.exec(text)
      if (match) resolve(match)
    }
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      check()
    })
    child.once('exit', (code) => reject(new Error(`It ended with code ${code} before it was ready:\n${text}`)))
    check()
  })
}
