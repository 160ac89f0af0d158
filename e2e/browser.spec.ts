import { request } from 'node:http'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { expect, test } from '@playwright/test'
import { WebSocket } from 'ws'
import type { Contract } from '../shared/contract/index.ts'
import { askForParis, QUESTION } from './ask.ts'
import { makeHome } from './home.ts'
import { type LaunchedServe, launchServe, openInBrowser } from './launch.ts'
import { takePort } from './ports.ts'
import { expectGone, processTree } from './processes.ts'
import { hearth } from './programs.ts'
import { goTo } from './window.ts'

const ENTER = 'Open Hearth in this browser'

test.describe.serial('the headless server', () => {
  let serve: LaunchedServe

  test.beforeAll(async () => {
    serve = await launchServe()
  })

  test.afterAll(async () => {
    await serve.close()
  })

  test('lets one browser in by its link, answers in it, and nobody else by the same link', async () => {
    const link = serve.link ?? ''
    const { page, close } = await openInBrowser(link)
    try {
      await askForParis(page)
      expect(page.url()).not.toContain('code=')
    } finally {
      await close()
    }

    const second = await openInBrowser(link)
    try {
      await expect(second.page.getByRole('heading', { name: ENTER })).toBeVisible()
      // Whoever has been let in nowhere is told how, and a fresh link does it.
      const { code, stdout } = await hearth(serve.home, 'link')
      expect(code).toBe(0)
      await second.page.getByRole('textbox', { name: 'Link or code' }).fill(stdout.trim())
      await second.page.getByRole('button', { name: 'Enter' }).click()
      const chat = second.page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: QUESTION })
      await expect(chat).toBeVisible()
    } finally {
      await second.close()
    }
  })

  test('shows a browser without a cookie how to enter, and no chat', async () => {
    const { page, close } = await openInBrowser(serve.url)
    try {
      await expect(page.getByRole('heading', { name: ENTER })).toBeVisible()
      await expect(page.getByText(QUESTION)).toHaveCount(0)
    } finally {
      await close()
    }
    expect((await fetch(`${serve.url}/session`)).status).toBe(401)
    expect(await upgrade(serve.url, {})).toBe(401)
    expect(await upgrade(serve.url, { cookie: 'hearth_session=AAAAAAAAAAAAAAAAAAAAAA' })).toBe(401)
    const cookie = await enter(serve)
    expect(await upgrade(serve.url, { cookie, origin: 'https://evil.example' })).toBe(403)
    expect(await upgrade(serve.url, { cookie })).toBe(101)
  })

  test('keeps what belongs to the person at the machine from a browser', async () => {
    const { page, close } = await openInBrowser((await hearth(serve.home, 'link')).stdout.trim())
    try {
      await goTo(page, '#/server')
      await expect(page.getByText('Started with hearth serve')).toBeVisible()
      await expect(page.getByRole('switch', { name: 'Server' })).toHaveCount(0)
      await expect(page.getByRole('button', { name: 'Open in a browser' })).toHaveCount(0)
      await goTo(page, '#/models')
      await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
      await page.getByRole('button', { name: 'Add a model' }).click()
      await page.getByRole('menuitem', { name: 'From the machine that runs Hearth…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add a model on the machine that runs Hearth' })
      await expect(dialog).toContainText('hearth add /path/to/model.gguf')
      await expect(dialog.getByRole('textbox')).toHaveCount(0)
    } finally {
      await close()
    }

    const headers = { cookie: await enter(serve), origin: serve.url }
    const socket = new WebSocket(`${serve.url.replace('http', 'ws')}/rpc`, { headers })
    // The link uses only what both kinds of WebSocket share; ws types its events on its own.
    const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
    const client: ContractRouterClient<Contract> = createORPCClient(link)
    try {
      expect((await client.system.info()).access).toBe('remote')
      const refused = { data: { code: 'local_only' } }
      await expect(client.server.setEnabled({ enabled: false })).rejects.toMatchObject(refused)
      await expect(client.server.createLink()).rejects.toMatchObject(refused)
      await expect(client.models.add({ path: '/etc/passwd' })).rejects.toMatchObject(refused)
      await expect(client.models.remove({ name: 'smollm2:135m' })).rejects.toMatchObject(refused)
      await expect(client.system.openHome()).rejects.toMatchObject(refused)
    } finally {
      socket.close()
    }
  })

  test('does the work of the command line, which finds it by the data folder', async () => {
    const answer = await hearth(serve.home, 'run', 'smollm2:135m', QUESTION)
    expect(answer.stdout).toContain('Paris')
    expect(answer.code).toBe(0)
    const ps = await hearth(serve.home, 'ps')
    // A core of its own would have ended with the command, and its model with it.
    expect(ps.stdout).toMatch(/^smollm2:135m\tready\t/m)
    const list = await hearth(serve.home, 'list')
    // The last column says when a model was used last.
    expect(list.stdout).toMatch(/^smollm2:135m\t.*\tchat\t\d{4}-\d\d-\d\dT\S+Z$/m)
    expect(list.stdout).toMatch(/^all-minilm\t.*\tembedding\t-$/m)
    const unknown = await hearth(serve.home, 'run', 'gpt-9', QUESTION)
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('gpt-9')
  })

  test('ends with 0 when it is told to, and leaves no process', async () => {
    const processes = processTree(serve.process.pid ?? 0)
    // The model that answered is a process of its own.
    if (process.platform === 'linux') expect(processes.length).toBeGreaterThan(1)
    const ended = new Promise((resolve) => serve.process.once('exit', resolve))
    serve.process.kill('SIGTERM')
    expect(await ended).toBe(0)
    await expectGone(processes)
  })
})

test('a port in use is a sentence and exit code 1', async () => {
  const other = await takePort(0)
  const home = makeHome()
  try {
    const { code, stdout, stderr } = await hearth(home.path, 'serve', '--port', String(other.port))
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toBe(`Port ${other.port} is in use by another program. Choose another port or stop that program.\n`)
  } finally {
    home.remove()
    await other.release()
  }
})

test('other computers are not let in without a key', async () => {
  const home = makeHome()
  try {
    const { code, stdout, stderr } = await hearth(home.path, 'serve', '--host', '0.0.0.0', '--port', '0')
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('HEARTH_API_KEY')
  } finally {
    home.remove()
  }
})

/** Enters as a browser does, with a link of its own, and returns the cookie. */
async function enter(serve: LaunchedServe): Promise<string> {
  const link = (await hearth(serve.home, 'link')).stdout.trim()
  const response = await fetch(link, { redirect: 'manual' })
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toContain('HttpOnly')
  expect(cookie).toContain('SameSite=Strict')
  return cookie.split(';')[0] ?? ''
}

/** The status with which `/rpc` answers a page of the server's own, unless the headers say something else. */
function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  const socket = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const key = Buffer.from('0123456789abcdef').toString('base64')
  return new Promise((resolve, reject) => {
    request(`${url}/rpc`, { headers: { ...socket, 'sec-websocket-key': key, origin: url, ...headers } })
      .on('response', (response) => resolve(response.resume().statusCode ?? 0))
      .on('upgrade', (response, stream) => {
        stream.destroy()
        resolve(response.statusCode ?? 0)
      })
      .on('error', reject)
      .end()
  })
}

test('a browser comes in by HTTPS, and its answers too', async () => {
  const home = makeHome({ server: { https: { mode: 'self-signed' } } })
  const serve = await launchServe({ home: home.path })
  try {
    expect(serve.url).toMatch(/^https:/)
    expect(serve.output()).toMatch(/SHA-256 fingerprint (?:[0-9A-F]{2}:){31}[0-9A-F]{2}/)
    const { page, close } = await openInBrowser(serve.link ?? '')
    try {
      await askForParis(page)
      expect(await page.evaluate(() => [location.protocol, isSecureContext])).toEqual(['https:', true])
      const cookies = await page.context().cookies(serve.url)
      expect(cookies).toMatchObject([
        { name: '__Host-hearth_session', secure: true, httpOnly: true, sameSite: 'Strict' },
      ])
    } finally {
      await close()
    }
    const plain = await fetch(serve.url.replace('https:', 'http:'))
    expect([plain.status, await plain.text()]).toEqual([400, expect.stringContaining('https://')])
  } finally {
    await serve.close()
    home.remove()
  }
})
