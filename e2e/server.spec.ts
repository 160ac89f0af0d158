import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI, { NotFoundError } from 'openai'
import { connectToHolder } from '../cli/client.ts'
import { findPrometheus } from '../scripts/lib/prometheus.mjs'
import { QUESTION } from './ask.ts'
import { makeHome } from './home.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { freePort, isFree, takePort } from './ports.ts'
import { root, runProgram } from './programs.ts'
import { goTo } from './window.ts'

const MODEL = 'smollm2:135m'

test.describe.serial('the server of the app', () => {
  let home: ReturnType<typeof makeHome>
  let hearth: LaunchedApp
  let window: Page
  let port: number
  let url: string

  test.beforeAll(async () => {
    port = await freePort()
    url = `http://127.0.0.1:${port}`
    home = makeHome({ server: { port, ollamaPort: 'no' } })
    await start()
  })

  test.afterAll(async () => {
    await hearth.close()
    home.remove()
  })

  async function start(): Promise<void> {
    hearth = await launchApp({ home: home.path })
    window = hearth.window
    await goTo(window, '#/server')
  }

  const client = () => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })

  test('answers nobody until it is switched on', async () => {
    await expect(window.getByRole('heading', { name: 'Off' })).toBeVisible()
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    await serverSwitch(window).click()
    await expect(window.getByRole('heading', { name: 'Running' })).toBeVisible()
    await expect(window.getByText(`${url}/v1`, { exact: true })).toBeVisible()

    const health = await fetch(`${url}/health`)
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'healthy', model: MODEL }])
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    const models = await client().models.list()
    expect(models.data.map(({ id }) => id)).toEqual(expect.arrayContaining([MODEL, 'all-minilm']))
  })

  test('answers programs written for Ollama, Anthropic and LM Studio', async () => {
    const messages = [{ role: 'user' as const, content: QUESTION }]
    const ollama = new Ollama({ host: url })
    let streamed = ''
    for await (const part of await ollama.chat({ model: MODEL, messages, stream: true }))
      streamed += part.message.content
    expect(streamed).toContain('Paris')
    expect((await ollama.ps()).models.map(({ name }) => name)).toEqual([MODEL])
    const { embeddings } = await ollama.embed({ model: 'all-minilm', input: ['Cat', 'Dog'] })
    expect(embeddings.map((vector) => vector.length)).toEqual([384, 384])

    const anthropic = new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 })
    const message = await anthropic.messages.stream({ model: MODEL, max_tokens: 100, messages }).finalMessage()
    expect(message.content[0]).toMatchObject({ type: 'text', text: expect.stringContaining('Paris') })
    const counted = await anthropic.messages.countTokens({ model: MODEL, messages })
    expect(counted.input_tokens).toBe(message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0))

    const first = await client().responses.create({ model: MODEL, input: QUESTION })
    expect(first.output_text).toContain('Paris')
    const chat = { model: MODEL, input: QUESTION, max_output_tokens: 40 }
    const response = await fetch(`${url}/api/v1/chat`, { method: 'POST', body: JSON.stringify(chat) })
    expect(await response.json()).toMatchObject({
      output: [{ type: 'message', content: expect.stringContaining('Paris') }],
    })
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('hearth_requests_total{route="/v1/messages",method="POST",status="200"} 1')
  })

  test('is scraped by the real Prometheus, which accepts the alerts that come with it', async () => {
    const found = findPrometheus()
    if ('why' in found) return test.skip(true, `NOT tried with the real Prometheus: ${found.why}`)
    const folder = mkdtempSync(join(tmpdir(), 'hearth-prometheus-'))
    const monitoring = join(root, 'resources', 'monitoring')
    const configuration = readFileSync(join(monitoring, 'prometheus.yml'), 'utf8')
      .replace('localhost:1234', `127.0.0.1:${port}`)
      .replace('scrape_interval: 15s', 'scrape_interval: 1s')
      .replace('alerts.yml', join(monitoring, 'alerts.yml'))
    const file = join(folder, 'prometheus.yml')
    writeFileSync(file, configuration)
    expect(execFileSync(found.promtool, ['check', 'config', file], { encoding: 'utf8' })).toContain('5 rules found')

    const own = await freePort()
    const address = `127.0.0.1:${own}`
    const options = [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`]
    const prometheus = spawn(found.prometheus, options, { stdio: 'ignore' })
    const ended = new Promise((resolve) => prometheus.once('exit', resolve))
    try {
      const ask = async (query: string): Promise<unknown> => {
        const answer = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(query)}`).catch(
          () => null,
        )
        return answer?.json()
      }
      const one = { data: { result: [{ value: [expect.any(Number), '1'] }] } }
      await expect.poll(() => ask('up{job="hearth"}'), { timeout: 30_000 }).toMatchObject(one)
      await expect.poll(() => ask('count(hearth_requests_in_flight)')).toMatchObject(one)
    } finally {
      prometheus.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('answers the openai client, streamed and not', async () => {
    const messages = [{ role: 'user' as const, content: QUESTION }]
    const whole = await client().chat.completions.create({ model: MODEL, messages })
    expect(whole.choices[0]?.message.content).toContain('Paris')
    expect(whole.choices[0]?.finish_reason).toBe('stop')
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0)

    let text = ''
    let chunks = 0
    const stream = await client().chat.completions.create({ model: MODEL, messages, stream: true })
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      chunks++
    }
    expect(text).toContain('Paris')
    expect(chunks).toBeGreaterThan(2)
  })

  test('answers what curl sends', async () => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: QUESTION }] }),
    })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: expect.stringContaining('Paris') } }],
    })
  })

  test('shows each request while it is answered, and then its status, tokens and speed', async () => {
    await window.getByRole('button', { name: 'Clear the list' }).click()
    await expect(window.getByText('No requests yet')).toBeVisible()
    const stopped = new AbortController()
    const long = await client().chat.completions.create(
      {
        model: MODEL,
        messages: [{ role: 'user', content: QUESTION }],
        // Without the tokens that end it, an answer goes on until it is stopped.
        logit_bias: { 0: -100, 2: -100 },
        stream: true,
      },
      { signal: stopped.signal },
    )
    const row = window.getByRole('row').filter({ hasText: '/v1/chat/completions' }).first()
    await expect(row).toContainText('generating')
    stopped.abort()
    await long[Symbol.asyncIterator]()
      .next()
      .catch(() => undefined)
    await expect(row).toContainText('cancelled')

    await client().chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: QUESTION }] })
    await expect(row).toContainText('200')
    // Time, request, model, status, tokens, speed.
    await expect(row.getByRole('cell').nth(4)).toHaveText(/^\d+$/)
    await expect(row.getByRole('cell').nth(5)).toHaveText(/^\d+\.\d$/)
  })

  test('refuses foreign names and pages on every route but /health', async () => {
    const routes = ['GET /', 'GET /v1/models', 'GET /v1/models/x', 'POST /v1/chat/completions', 'GET /api/version']
    routes.push('GET /enter?code=x', 'GET /session', 'GET /assets/x.js', 'GET /index.html', 'GET /nowhere')
    for (const route of [...routes, 'OPTIONS /v1/chat/completions']) {
      const [method = '', path = ''] = route.split(' ')
      for (const headers of [
        { host: 'evil.example' },
        { host: `evil.example:${port}` },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ]) {
        const { status, body } = await call(port, method, path, headers)
        expect({ route, headers, status }).toEqual({ route, headers, status: 403 })
        expect(body).not.toContain(MODEL)
      }
    }
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }]) {
      expect(await call(port, 'GET', '/health', headers)).toEqual({ status: 200, body: '{"status":"healthy"}' })
    }
    expect((await call(port, 'GET', '/v1/models', { host: `localhost:${port}` })).status).toBe(200)
    const socket = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'x',
    }
    expect((await call(port, 'GET', '/rpc', { ...socket, origin: 'https://evil.example' })).status).toBe(403)
    expect((await call(port, 'GET', '/rpc', { ...socket, origin: url })).status).toBe(401)
  })

  const question = [{ role: 'user', content: QUESTION }]
  for (const { what, body, status, param = null, says } of [
    { what: 'no body', body: null, status: 400, says: /no body/ },
    { what: 'a body that is no JSON', body: '{"model"', status: 400, says: /not valid JSON/ },
    { what: 'JSON that is no object', body: '"hello"', status: 400, says: /object/ },
    { what: 'no messages', body: { model: MODEL }, status: 400, param: 'messages', says: /messages/ },
    { what: 'empty messages', body: { model: MODEL, messages: [] }, status: 400, param: 'messages', says: /messages/ },
    {
      what: 'an unknown model',
      body: { model: 'gpt-9', messages: question },
      status: 404,
      param: 'model',
      says: /gpt-9/,
    },
    {
      what: 'a model without chat',
      body: { model: 'all-minilm', messages: question },
      status: 400,
      param: 'model',
      says: /all-minilm/,
    },
  ]) {
    test(`answers ${what} with ${status} in the form of the API`, async () => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: typeof body === 'object' && body !== null ? JSON.stringify(body) : body,
      })
      expect(response.status).toBe(status)
      const { error } = (await response.json()) as { error: Record<string, unknown> } // checked just below
      expect(error).toMatchObject({ message: expect.stringMatching(says), type: 'invalid_request_error', param })
      expect(error).toHaveProperty('code')
    })
  }

  test('tells the openai client of an unknown model as its own kind of error', async () => {
    const asking = client().chat.completions.create({ model: 'gpt-9', messages: [{ role: 'user', content: 'x' }] })
    await expect(asking).rejects.toBeInstanceOf(NotFoundError)
  })

  test('shows a curl command that runs as it stands', async () => {
    test.skip(process.platform === 'win32', 'The Windows form is for its own command prompt.')
    const { code, stdout, stderr } = await runProgram('sh', ['-c', await shownSnippet(window, 'curl')])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Paris')
  })

  test('shows a JavaScript program that runs as it stands', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-snippet-'))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
      writeFileSync(join(folder, 'ask.mjs'), await shownSnippet(window, 'JavaScript'))
      const { code, stdout, stderr } = await runProgram(process.execPath, ['ask.mjs'], { cwd: folder })
      expect(code, stderr).toBe(0)
      expect(stdout).toContain('Paris')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('shows a Python program that runs as it stands', async () => {
    const python = await runProgram('python3', ['-c', 'import sys']).catch(() => null)
    test.skip(python?.code !== 0, 'There is no Python here.')
    const library = await runProgram('python3', ['-c', 'import openai'])
    const folder = mkdtempSync(join(tmpdir(), 'hearth-snippet-'))
    try {
      const file = join(folder, 'ask.py')
      writeFileSync(file, await shownSnippet(window, 'Python'))
      // Without the library only the language itself can say whether it is a program.
      const args = library.code === 0 ? [file] : ['-m', 'py_compile', file]
      const { code, stdout, stderr } = await runProgram('python3', args)
      expect(code, stderr).toBe(0)
      if (library.code === 0) expect(stdout).toContain('Paris')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('really stops when it is switched off', async () => {
    await serverSwitch(window).click()
    await expect(window.getByRole('heading', { name: 'Off' })).toBeVisible()
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    expect(await isFree(port)).toBe(true)
  })

  test('says that a port is in use, and starts on another one', async () => {
    const other = await takePort(port)
    try {
      await serverSwitch(window).click()
      await expect(window.getByRole('alert')).toContainText(`Port ${port} is in use by another program.`)
      await expect(window.getByRole('alert')).toContainText('Choose another port or stop that program.')
      await expect(window.getByRole('heading', { name: 'Could not start' })).toBeVisible()
      const next = await freePort()
      await window.getByRole('textbox', { name: 'Port' }).fill(String(next))
      await window.getByRole('textbox', { name: 'Port' }).press('Enter')
      await expect(window.getByRole('heading', { name: 'Running' })).toBeVisible()
      await expect(window.getByRole('alert')).toHaveCount(0)
      port = next
      url = `http://127.0.0.1:${port}`
      expect((await fetch(`${url}/health`)).status).toBe(200)
    } finally {
      await other.release()
    }
  })

  test('is on again after a restart, and off after it was switched off', async () => {
    await hearth.close()
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    await start()
    await expect(window.getByRole('heading', { name: 'Running' })).toBeVisible()
    expect((await fetch(`${url}/health`)).status).toBe(200)
    await serverSwitch(window).click()
    await expect(window.getByRole('heading', { name: 'Off' })).toBeVisible()
    await hearth.close()
    await start()
    await expect(window.getByRole('heading', { name: 'Off' })).toBeVisible()
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  })
})

test('without other wishes the server is where LM Studio and Ollama would be', async () => {
  test.skip(!(await isFree(1234)), 'Port 1234 is in use here.')
  const ollamaPort = await isFree(11434)
  const home = makeHome({ server: { ollamaPort: 'yes' } })
  const { window, close } = await launchApp({ home: home.path })
  try {
    await goTo(window, '#/server')
    await serverSwitch(window).click()
    await expect(window.getByRole('heading', { name: 'Running' })).toBeVisible()
    for (const port of [1234, ...(ollamaPort ? [11434] : [])]) {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      expect([port, await response.text()]).toEqual([port, 'Ollama is running'])
    }
    await expect(window.getByText('also on port 11434')).toHaveCount(ollamaPort ? 1 : 0)
  } finally {
    await close()
    home.remove()
  }
})

test('the app speaks HTTPS, and beyond this machine with a key, as soon as the settings say so', async () => {
  const port = await freePort()
  const home = makeHome({ server: { enabled: true, port, ollamaPort: 'no' } })
  const hearth = await launchApp({ home: home.path, env: { HEARTH_API_KEY: 'secret' } })
  const from = async (origin: string) =>
    (await fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { origin } }).catch(() => null))?.status
  try {
    await expect.poll(() => from('http://localhost')).toBe(200)
    const connection = await connectToHolder(home.path)
    if (connection === null) throw new Error('The app does not answer.')
    const { settings } = connection.client
    expect(await from('https://chat.example')).toBe(403)
    await settings.update({ server: { origins: ['https://chat.example'] } })
    await expect.poll(() => from('https://chat.example')).toBe(200)
    await expect(settings.update({ server: { origins: ['null'] } })).rejects.toMatchObject({
      data: { code: 'invalid_input', message: 'No web page can be allowed as "null".' },
    })
    await settings.update({ server: { network: true, https: { mode: 'self-signed' } } })
    await connection.close()
    const file = join(home.path, 'https', 'certificate.pem')
    const ask = async (host: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { host, port, path: '/v1/models', headers, ca: readFileSync(file), agent: false }
        const asked = secureRequest(options, (response) => resolve(response.resume().statusCode))
        asked.on('error', reject).end()
      })
    await expect.poll(() => ask('127.0.0.1').catch(() => null)).toBe(200)
    expect(await ask('localhost')).toBe(200)
    const beyond = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
    const address = beyond.find(({ internal, family }) => !internal && family === 'IPv4')?.address
    if (address !== undefined) {
      expect(await ask(address)).toBe(401)
      expect(await ask(address, { authorization: 'Bearer secret' })).toBe(200)
    }
    const plain = await fetch(`http://127.0.0.1:${port}/v1/models`)
    expect([plain.status, await plain.text()]).toEqual([400, expect.stringContaining('https://')])
  } finally {
    await hearth.close()
    home.remove()
  }
})

function serverSwitch(window: Page) {
  return window.getByRole('switch', { name: 'Server' })
}

/** The example program of a tab, as a person would copy it. */
async function shownSnippet(window: Page, tab: string): Promise<string> {
  await window.getByRole('tab', { name: tab, exact: true }).click()
  const text = await window.locator('pre code').first().textContent()
  expect(text).toContain(QUESTION)
  return text ?? ''
}

/** A request with headers that `fetch` would not let through. */
function call(port: number, method: string, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent: ClientRequest = request(
      { host: '127.0.0.1', port, method, path, headers },
      (response: IncomingMessage) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, body: '' })
    })
    sent.on('error', reject)
    sent.end()
  })
}
