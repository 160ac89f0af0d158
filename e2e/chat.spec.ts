import { expect, type Page, test } from '@playwright/test'
import { launchApp, type LaunchedApp } from './launch.ts'
import { answers, ask, chatRows, composer, finished, goTo, growing, LONG_REQUEST, prose } from './window.ts'

let launched: LaunchedApp
let page: Page

test.beforeAll(async () => {
  launched = await launchApp()
  page = launched.window
  await expect(composer(page)).toBeFocused()
})

test.afterAll(() => launched.close())

test.beforeEach(async () => {
  await newChat()
})

/** Ctrl+N, as a person would. */
async function newChat(): Promise<void> {
  await page.keyboard.press('ControlOrMeta+n')
  await expect(page).toHaveURL(/#\/$/)
  await expect(composer(page)).toBeFocused()
  await composer(page).fill('')
}

function clipboard(): Promise<string> {
  return launched.app.evaluate(({ clipboard: system }) => system.readText())
}

test('a long answer grows, and Stop keeps what had arrived and marks it', async () => {
  await ask(page, LONG_REQUEST)
  const answer = await growing(page)
  const early = await prose(answer)
  await expect.poll(async () => (await prose(answer)).length).toBeGreaterThan(early.length + 20)
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(answer).not.toHaveAttribute('aria-busy')
  await expect(answer.getByText('Stopped')).toBeVisible()
  const kept = await prose(answer)
  expect(kept.startsWith(early.slice(0, 10))).toBe(true)
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible()
  await page.reload()
  await expect(answers(page).getByText('Stopped')).toBeVisible()
  await expect.poll(() => prose(answers(page))).toBe(kept)
})

test('Escape stops too, even while something else is told, and the next question is answered at once', async () => {
  await chatRows(page).first().press('Delete')
  const toast = page.getByText('was deleted.')
  // Under the pointer it stays.
  await toast.hover()
  await ask(page, LONG_REQUEST)
  await growing(page)
  await expect(toast).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(answers(page).getByText('Stopped')).toBeVisible()
  await ask(page, 'What is the capital of France?')
  await expect(answers(page)).toHaveCount(2)
  await finished(page)
  await expect(answers(page).last()).toContainText(/tok\/s/)
})

test('an answer can be written again and copied', async () => {
  await ask(page, 'List three ways to save water at home.')
  const answer = await finished(page)
  const chat = page.url()
  await answer.getByRole('button', { name: 'Write the answer again' }).click()
  await growing(page)
  await finished(page)
  await expect(answer).toContainText(/tok\/s/)
  await expect(answers(page)).toHaveCount(1)
  expect(page.url()).toBe(chat)
  await answer.getByRole('button', { name: 'Copy the answer' }).click()
  await expect(answer.getByRole('button', { name: 'Copied' })).toBeVisible()
  const letters = (text: string) => text.replaceAll(/[^\p{L}]/gu, '')
  // The clipboard has the Markdown, the page what it looks like.
  expect(letters(await clipboard())).toBe(letters(await prose(answer)))
})

test('a chat is renamed, deleted and brought back', async () => {
  await ask(page, 'Say hello.')
  await finished(page)
  await page.getByRole('heading', { level: 1 }).getByRole('button', { name: 'Say hello.' }).click()
  const name = page.getByRole('textbox', { name: 'Name of the chat' })
  await expect(name).toBeFocused()
  await name.fill('A chat with a name')
  await name.press('Enter')
  const row = chatRows(page).filter({ hasText: 'A chat with a name' })
  await expect(row).toBeVisible()

  await row.press('Delete')
  await expect(row).toHaveCount(0)
  await expect(page).toHaveURL(/#\/$/)
  // What an earlier test deleted may still be offered beside it.
  const told = page.getByRole('dialog').filter({ hasText: '“A chat with a name” was deleted.' })
  await told.getByRole('button', { name: 'Undo' }).click()
  await expect(row).toBeVisible()
  await expect(page).toHaveURL(/#\/chat\//)
  await expect(answers(page)).toHaveCount(1)
})

test('an empty message is not sent', async () => {
  const before = await chatRows(page).count()
  await composer(page).press('Enter')
  await composer(page).fill('  \n ')
  await composer(page).press('Enter')
  await expect(page.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: 'Send' }).click({ force: true })
  await expect(composer(page)).toBeFocused()
  await expect(page).toHaveURL(/#\/$/)
  expect(await chatRows(page).count()).toBe(before)
})

test('a draft stays with its chat while other pages are open', async () => {
  await composer(page).fill('half a thought')
  await page.getByRole('link', { name: 'Models' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
  await page.getByRole('link', { name: /New chat/ }).click()
  await expect(composer(page)).toHaveValue('half a thought')
  await page.reload()
  await expect(composer(page)).toHaveValue('half a thought')
})

test('Enter that ends a composition of an input method does not send', async () => {
  const before = await chatRows(page).count()
  const cdp = await page.context().newCDPSession(page)
  await composer(page).focus()
  await cdp.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 })
  // What browsers report while an input method has the key.
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  })
  await cdp.send('Input.insertText', { text: '你好' })
  await expect(composer(page)).toHaveValue('你好')
  await expect(page).toHaveURL(/#\/$/)
  expect(await chatRows(page).count()).toBe(before)
  await composer(page).press('Shift+Enter')
  await expect(composer(page)).toHaveValue('你好\n')
  await composer(page).press('Enter')
  await expect(page).toHaveURL(/#\/chat\//)
  await expect(page.getByRole('article', { name: 'You' })).toHaveText('你好')
  // The model may have ended by itself.
  await page.keyboard.press('Escape')
  await finished(page)
  await cdp.detach()
})

test('a pasted megabyte leaves the window responsive, is refused clearly and is kept', async () => {
  const sentence = 'All work and no play makes a long message. '
  const text = sentence.repeat(Math.ceil(1_000_000 / sentence.length))
  await launched.app.evaluate(({ clipboard: system }, pasted) => system.writeText(pasted), text)
  await page.evaluate(() => {
    const gaps = { longest: 0, last: performance.now() }
    const tick = () => {
      const now = performance.now()
      gaps.longest = Math.max(gaps.longest, now - gaps.last)
      gaps.last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    Object.assign(window, { gaps })
  })
  await page.keyboard.press('ControlOrMeta+v')
  await expect.poll(() => composer(page).evaluate((field: HTMLTextAreaElement) => field.value.length)).toBe(text.length)
  await page.keyboard.press('Enter')
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(/context/, { timeout: 60_000 })
  await expect(alert).toContainText('Send a shorter message')
  const longest = await page.evaluate(() => (window as unknown as { gaps: { longest: number } }).gaps.longest)
  expect(longest).toBeLessThan(3000)
  // It is folded on the page and whole in the chat.
  await expect(
    page.getByRole('button', { name: `Show all ${text.length.toLocaleString('en')} characters` }),
  ).toBeVisible()
  await page.getByRole('article', { name: 'You' }).getByRole('button', { name: 'Copy the message' }).click()
  await expect.poll(async () => (await clipboard()).length).toBe(text.length)
  await ask(page, 'What is the capital of France?')
  await expect(answers(page)).toHaveCount(2)
  await expect(await finished(page)).toContainText('Paris')
})

test('an answer goes on while another page is open, and is whole on the way back', async () => {
  await ask(page, 'List three ways to save water at home.')
  const before = await prose(await growing(page))
  const chat = new URL(page.url()).hash
  await goTo(page, '#/models')
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
  await goTo(page, chat)
  const answer = await finished(page)
  const whole = await prose(answer)
  expect(whole.length).toBeGreaterThan(before.length)
  expect(whole.startsWith(before.slice(0, 5))).toBe(true)
  const tokens = /(\d+) tokens/.exec(await answer.innerText())?.[1]
  // A page that missed a part would show far fewer characters than tokens can make.
  expect(whole.length).toBeGreaterThan(Number(tokens) * 2)
})

test('everything is reached with the Tab key, and the focus can be seen', async () => {
  await ask(page, 'Say hello.')
  await finished(page)
  const names: string[] = []
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      if (element === null || element === document.body) return null
      const style = getComputedStyle(element)
      const ring = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2
      // The composer draws its focus on the box around the field.
      const frame = element instanceof HTMLTextAreaElement
      const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
      return { name: name.trim(), visible: ring || frame }
    })
    if (focused === null) continue
    expect(focused.visible, `focus on “${focused.name}” can be seen`).toBe(true)
    names.push(focused.name)
  }
  const reached = names.join('\n')
  for (const name of [
    'Skip to the content',
    'Hide the sidebar',
    'New chat',
    'Search',
    'Models',
    'Server',
    'Settings',
    'Width of the sidebar',
    'Model: ',
    'More actions',
    'Copy the answer',
    'Write the answer again',
    'Message',
    'Send',
  ]) {
    expect(reached, `“${name}” is reached`).toContain(name)
  }
})
