import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { makeHome } from './home.ts'
import { connectToWindow } from './launch.ts'
import { expectGone, processTree } from './processes.ts'
import { environmentFor, root, runProgram } from './programs.ts'

/** What scripts say when they make or get something. */
const WORK = /Building|Built|Fetching|Installing|\d MB/

test.skip(process.platform !== 'linux', 'Only Linux can be without a display, and passes signals on as this expects.')

test('npm start without a display says so, and serves the interface at the address that it prints', async () => {
  const npm = start(['--port', '0'], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
  try {
    const url = await npm.line(/Hearth is listening on (http:\S+)/)
    expect(npm.output()).toContain('There is no display here')
    const link = await npm.line(/(http:\/\/\S+\/enter\?code=\S+)/)
    expect((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')).toContain('hearth_session=')
    const page = await fetch(url, { headers: { accept: 'text/html' } })
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Hearth</title>')])
  } finally {
    await npm.interrupt()
  }
})

test('npm start shows the window; once built it builds and fetches nothing', async () => {
  const built = () =>
    ['.built-node', '.built-renderer', 'cli/hearth.js'].map((file) => statSync(join(root, 'dist', file)).mtimeMs)
  const before = built()
  const npm = start(['--remote-debugging-port=0'], {})
  try {
    const endpoint = await npm.line(/DevTools listening on (ws:\S+)/)
    const { browser, window } = await connectToWindow(endpoint)
    await expect(window.getByRole('heading', { level: 1, name: 'Hearth is ready' })).toBeVisible()
    expect(npm.output()).not.toMatch(WORK)
    expect(built()).toEqual(before)
    await browser.close()
  } finally {
    await npm.interrupt()
  }
})

test('npm run hearth is the command line, and says nothing of its own', async () => {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8')
  const { code, stdout, stderr } = await runProgram('npm', ['run', '-s', 'hearth', '--', '--version'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${/"version": "([^"]+)"/.exec(manifest)?.[1]}\n` })
  expect(stderr).not.toMatch(WORK)
  const wrong = await runProgram('npm', ['run', '-s', 'hearth', '--', 'bogus'])
  expect(wrong.code).toBe(2)
})

/** Runs `npm start` with a data folder of its own, as a terminal would: in a process group that gets its Ctrl-C. */
function start(args: string[], env: Record<string, string | undefined>) {
  const home = makeHome()
  const child: ChildProcess = spawn('npm', ['start', '--', ...args], {
    cwd: root,
    env: { ...environmentFor(home.path), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const collect = (chunk: Buffer) => (output += chunk.toString())
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const pid = child.pid ?? 0
  return {
    output: () => output,
    /** Waits for a line and returns what its pattern captures. */
    async line(pattern: RegExp): Promise<string> {
      await expect.poll(() => pattern.test(output) || child.exitCode !== null, { timeout: 60_000 }).toBe(true)
      const found = pattern.exec(output)?.[1]
      if (found === undefined) throw new Error(`npm start ended without ${pattern}:\n${output}`)
      return found
    },
    async interrupt() {
      const processes = processTree(pid)
      if (child.exitCode === null) process.kill(-pid, 'SIGINT')
      await ended
      await expectGone(processes)
      home.remove()
    },
  }
}
