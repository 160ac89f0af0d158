import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import OpenAI from 'openai'
import { QUESTION } from './ask.ts'
import { makeHome } from './home.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { freePort } from './ports.ts'
import { root, runProgram } from './programs.ts'
import { goTo } from './window.ts'

const MODEL = 'smollm2:135m'
const messages = [{ role: 'user' as const, content: QUESTION }]

test.describe.serial('the Server page', () => {
  let home: ReturnType<typeof makeHome>
  let hearth: LaunchedApp
  let window: Page
  let url: string

  test.beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    home = makeHome({ server: { port, ollamaPort: 'no', enabled: true } })
    hearth = await launchApp({ home: home.path })
    window = hearth.window
    await goTo(window, '#/server')
    await expect(window.getByRole('heading', { name: 'Running' })).toBeVisible()
  })

  test.afterAll(async () => {
    await hearth.close()
    home.remove()
  })

  const client = () => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })
  const part = (name: string) => window.getByRole('tab', { name, exact: true }).first().click()
  const copied = () => hearth.app.evaluate(({ clipboard }) => clipboard.readText())

  for (const api of ['Ollama', 'Anthropic']) {
    test(`shows curl and JavaScript for the API of ${api} that run as they stand`, async () => {
      test.skip(process.platform === 'win32', 'The Windows form is for its own command prompt.')
      await part('curl')
      await choose('API', api)
      const curl = await runProgram('sh', ['-c', await shownCode(window)])
      expect(curl.code, curl.stderr).toBe(0)
      expect(curl.stdout).toContain('Paris')
      await part('JavaScript')
      expect(await runJavaScript(await shownCode(window))).toContain('Paris')
      await choose('API', 'OpenAI')
    })
  }

  test('shows programs with LangChain that run as they stand', async () => {
    await part('Tools')
    await choose('Program', 'LangChain JS')
    const programs = await window.locator('pre code').allTextContents()
    expect(programs).toHaveLength(2)
    for (const program of programs) expect(await runJavaScript(program)).toContain('Paris')
  })

  test('says that a request was not kept, and keeps the next one at a word', async () => {
    const row = await newestAfter(window, () => client().chat.completions.create({ model: MODEL, messages }))
    await row.focus()
    await row.press('Enter')
    const inspector = window.getByRole('region', { name: 'Request in detail' })
    await inspector.getByRole('tab', { name: 'Answer' }).click()
    await expect(inspector).toContainText('What was said is not kept')
    await inspector.getByRole('button', { name: 'Keep from now on' }).click()
    await expect(window.getByRole('switch', { name: /^Keep what is said/ })).toBeChecked()
    await expect(inspector).toContainText('This one was not kept')
    await window.keyboard.press('Escape')
    await expect(inspector).toHaveCount(0)
    await expect(row).toBeFocused()
  })

  test('shows what was asked, what was answered and what the model was really given', async () => {
    let text = ''
    const row = await newestAfter(window, async () => {
      const stream = await client().chat.completions.create({ model: MODEL, messages, stream: true })
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    })
    await row.click()
    const inspector = window.getByRole('region', { name: 'Request in detail' })
    await inspector.getByRole('tab', { name: 'Request' }).click()
    await expect(inspector.getByRole('region', { name: 'Body' })).toContainText(QUESTION)
    await inspector.getByRole('tab', { name: 'Answer' }).click()
    await expect(inspector.getByRole('region', { name: 'Text' })).toHaveText(text)
    await inspector.getByText('The stream as it went out').click()
    await expect(inspector.getByRole('region', { name: 'The stream as it went out' })).toContainText('data: [DONE]')
    await inspector.getByRole('tab', { name: 'Prompt' }).click()
    await expect(inspector.getByRole('region', { name: /^smollm2:135m, \d+ tokens$/ })).toContainText(
      `<|im_start|>user\n${QUESTION}<|im_end|>`,
    )
  })

  test('sends a request again, and gives it as a command that a shell runs', async () => {
    test.skip(process.platform === 'win32', 'The command is for a POSIX shell.')
    const inspector = window.getByRole('region', { name: 'Request in detail' })
    const rows = window.locator('[data-request]')
    const before = await rows.count()
    await inspector.getByRole('button', { name: 'Run again' }).click()
    await expect(rows).toHaveCount(before + 1)
    await expect(newest(window)).toHaveAttribute('aria-pressed', 'true')
    await expect(window.getByRole('row').filter({ hasText: '/v1/chat/completions' }).first()).toContainText('200')
    await inspector.getByRole('button', { name: 'Copy as curl' }).click()
    const { code, stdout, stderr } = await runProgram('sh', ['-c', await copied()])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('data: [DONE]')
    await expect(rows).toHaveCount(before + 2)
  })

  test('moves between requests with the arrows', async () => {
    const rows = window.locator('[data-request]')
    await rows.first().click()
    await window.keyboard.press('ArrowDown')
    await expect(rows.nth(1)).toHaveAttribute('aria-pressed', 'true')
    await window.keyboard.press('End')
    await expect(rows.last()).toBeFocused()
    await window.keyboard.press('Home')
    await expect(rows.first()).toHaveAttribute('aria-pressed', 'true')
    await window.keyboard.press('Escape')
    await expect(window.getByRole('region', { name: 'Request in detail' })).toHaveCount(0)
  })

  test('finds requests by a part of what they are', async () => {
    await client().models.list()
    const filter = window.getByRole('searchbox', { name: 'Filter requests' })
    await filter.fill('get 200')
    await expect(window.locator('[data-request]')).toHaveCount(1)
    await filter.fill('nothing-like-this')
    await expect(window.getByText('No request matches.')).toBeVisible()
    await window.getByRole('button', { name: 'Show all' }).click()
    await expect(window.locator('[data-request]')).not.toHaveCount(1)
  })

  test('answers to a name that a program insists on', async () => {
    await expect(client().chat.completions.create({ model: 'gpt-4o-mini', messages })).rejects.toMatchObject({
      status: 404,
    })
    await part('Aliases')
    await window.getByRole('button', { name: 'Add the alias gpt-4o-mini' }).click()
    await expect(window.getByRole('textbox', { name: 'Alias gpt-4o-mini' })).toBeVisible()
    const answer = await client().chat.completions.create({ model: 'gpt-4o-mini', messages })
    expect(answer.choices[0]?.message.content).toContain('Paris')
    await window.getByRole('button', { name: 'Add alias', exact: true }).click()
    await window.getByRole('textbox', { name: 'New alias' }).fill('all-minilm')
    await window.keyboard.press('Enter')
    await expect(window.getByText('A model is called all-minilm; it answers, not this alias.')).toBeVisible()
    await window.getByRole('button', { name: 'Remove all-minilm' }).click()
    await expect(window.getByRole('textbox', { name: 'Alias all-minilm' })).toHaveCount(0)
  })

  test('says what it means before other computers may come, and makes the first key', async () => {
    await part('Access')
    await expect(window.getByText('No keys yet')).toBeVisible()
    const toggle = window.getByRole('switch', { name: 'Let other computers of this network use it' })
    await toggle.click()
    const dialog = window.getByRole('dialog')
    await expect(dialog).toContainText('Every device on the networks this computer is connected to')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(toggle).not.toBeChecked()
    await toggle.click()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Phone')
    await dialog.getByRole('button', { name: 'Make the key and let them in' }).click()
    await dialog.getByRole('button', { name: 'Copy key' }).click()
    const secret = await copied()
    await expect(dialog).toContainText(secret)
    await dialog.getByRole('button', { name: 'I have saved it' }).click()
    await expect(toggle).toBeChecked()
    await expect(window.getByText(secret)).toHaveCount(0)

    const addresses = window.getByRole('list', { name: 'Addresses on the network' }).locator('code')
    const none = window.getByText('No address on a network was found')
    await expect(addresses.first().or(none)).toBeVisible()
    test.skip((await addresses.count()) === 0, 'This machine has no network.')
    const address = (await addresses.first().textContent()) ?? ''
    expect((await fetch(`${address}/v1/models`)).status).toBe(401)
    const headers = { authorization: `Bearer ${secret}` }
    expect((await fetch(`${address}/v1/models`, { headers })).status).toBe(200)
    await window.getByRole('button', { name: 'Show as QR code' }).first().click()
    await expect(dialog.getByRole('img', { name: `QR code of ${address}` })).toBeVisible()
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  test('makes, changes and removes keys', async () => {
    await part('Access')
    await window.getByRole('button', { name: 'Create key' }).click()
    const dialog = window.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await expect(dialog).toContainText('Give it a name')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Grafana')
    await dialog.getByRole('checkbox', { name: 'Ask models' }).click()
    await dialog.getByRole('checkbox', { name: 'Read figures' }).click()
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await expect(dialog).toContainText('can’t show it again')
    await dialog.getByRole('button', { name: 'I have saved it' }).click()
    const row = window.getByRole('listitem').filter({ hasText: 'Grafana' })
    await expect(row).toContainText('reads figures')

    await row.getByRole('button', { name: 'Edit “Grafana”' }).click()
    await dialog.getByText('Models and limits').click()
    await dialog.getByRole('textbox', { name: 'Requests a minute' }).fill('60')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(row).toContainText('60 requests a minute')

    await row.getByRole('button', { name: 'Remove “Grafana”' }).click()
    await expect(dialog).toContainText('Remove the key “Grafana”?')
    await dialog.getByRole('button', { name: 'Remove key' }).click()
    await expect(row).toHaveCount(0)
  })

  test('shows how others fetch what is on the shelf', async () => {
    await part('Sharing')
    await window.getByRole('switch', { name: 'Office shelf' }).click()
    await window.getByRole('checkbox', { name: MODEL }).click()
    await expect(window.locator('pre code')).toHaveText(/^ollama pull --insecure \S+:\d+\/library\/smollm2:135m$/)
    const field = window.getByRole('textbox', { name: 'Addresses that need no key' })
    await field.fill('192.168.1.0/33')
    await field.press('Enter')
    await expect(window.getByText('Write an address or a range')).toBeVisible()
    await field.fill('192.168.1.0/24')
    await field.press('Enter')
    await window.getByRole('button', { name: 'Remove 192.168.1.0/24' }).click()
    await expect(window.getByRole('button', { name: 'Remove 192.168.1.0/24' })).toHaveCount(0)
  })

  async function choose(label: string, option: string): Promise<void> {
    await window.getByRole('combobox', { name: label, exact: true }).click()
    await window.getByRole('option', { name: option, exact: true }).click()
  }
})

/** The row of the newest request, by which it is opened. */
function newest(window: Page) {
  return window.locator('[data-request]').first()
}

/** The row of the one request that `work` makes: the list follows a quarter of a second behind, so it is emptied first. */
async function newestAfter(window: Page, work: () => Promise<unknown>) {
  const rows = window.locator('[data-request]')
  await window.getByRole('button', { name: 'Clear the list' }).click()
  await expect(rows).toHaveCount(0)
  await work()
  await expect(rows).toHaveCount(1)
  return rows
}

async function shownCode(window: Page): Promise<string> {
  return (await window.locator('pre code').first().textContent()) ?? ''
}

/** Runs a program with the packages of this checkout, and gives what it printed. */
async function runJavaScript(program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-snippet-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    writeFileSync(join(folder, 'ask.mjs'), program)
    const { code, stdout, stderr } = await runProgram(process.execPath, ['ask.mjs'], { cwd: folder })
    expect(code, stderr).toBe(0)
    return stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
