import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page, test } from '@playwright/test'
import type { HuggingFaceDouble } from '../core/hubs/doubles/huggingface.testing.ts'
import { makeHome } from './home.ts'
import { hubEnvironment, REPO, startHub } from './hub.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { freePort } from './ports.ts'
import { ask, finished, goTo, words } from './window.ts'

const QUESTION = 'What is the capital of France?'
const screenshots = process.env['HEARTH_SCREENSHOTS']
const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
]

const SECTIONS = ['general', 'models', 'engine', 'computer', 'server', 'data', 'about']

interface Circumstances {
  language: 'en' | 'zh-CN'
  theme: 'light' | 'dark'
  size: string
}

let launched: LaunchedApp
let page: Page
let home: ReturnType<typeof makeHome>
let chat: string
let hub: HuggingFaceDouble

test.describe.configure({ timeout: 180_000 })

test.beforeAll(async () => {
  home = makeHome({ server: { port: await freePort(), ollamaPort: 'no' } })
  hub = await startHub()
  launched = await launchApp({ home: home.path, env: hubEnvironment(hub) })
  page = launched.window
  await ask(page, QUESTION)
  await finished(page)
  chat = new URL(page.url()).hash
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true })
})

test.afterAll(async () => {
  await launched.close()
  await hub.close()
  home.remove()
})

for (const language of ['en', 'zh-CN'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every page can be read in ${language} and ${theme}, large and small`, async () => {
      await choose(language, theme)
      for (const size of SIZES) {
        await resize(size)
        const { width, height } = size
        const at = { language, theme, size: `${width}x${height}` }
        await look('home', '#/', page.getByRole('button', { name: QUESTION, exact: true }), at)
        await look('chat', chat, page.getByRole('article').getByText('Paris'), at)
        await look('models', '#/models/smollm2%3A135m', page.getByRole('article').getByText('llama'), at)
        await look('models-embedding', '#/models/all-minilm', page.getByRole('article').getByText('bert'), at)
        const discover = words(language, 'discover')
        await look('discover', '#/discover', page.getByRole('link', { name: /Qwen3 0.6B/ }), at)
        const repo = `#/discover/huggingface/${encodeURIComponent(REPO)}`
        await look('repository', repo, page.getByRole('button', { name: new RegExp(discover('fit.word.cpu')) }), at)
        const toggle = page.getByRole('switch', { name: words(language, 'server')('switch') })
        await look('server-off', '#/server', toggle, at)
        await toggle.click()
        await expect(toggle).toBeChecked()
        await look('server-on', '#/server', page.getByText(words(language, 'server')('sentence.on')), at)
        await toggle.click()
        await expect(toggle).not.toBeChecked()
        const insights = words(language, 'insights')
        await look('insights', '#/insights', page.getByRole('table', { name: insights('generations.title') }), at)
        for (const section of height < 700 ? SECTIONS : SECTIONS.slice(0, 3)) {
          const heading = page.getByRole('heading', { name: words(language, 'settings')(`${section}.title`) }).last()
          await look(`settings-${section}`, `#/settings/${section}`, heading, at)
        }
      }
    })
  }
}

/** Through the settings, as a person would. */
async function choose(language: 'en' | 'zh-CN', theme: 'light' | 'dark'): Promise<void> {
  await resize({ width: 1280, height: 800 })
  await goTo(page, '#/settings/general')
  const name = language === 'en' ? 'English' : '简体中文'
  // In whichever language the window speaks now.
  await page.getByRole('combobox', { name: /^(Language|语言)$/ }).click()
  await page.getByRole('option', { name }).click()
  const text = words(language, 'settings')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(text('title'))
  await expect(page.locator('html')).toHaveAttribute('lang', language)
  await page.getByRole('tab', { name: text(`general.theme.${theme}`) }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
}

async function resize(size: { width: number; height: number }): Promise<void> {
  await launched.app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height)
  }, size)
  await expect
    .poll(() => page.evaluate(() => [window.innerWidth, window.innerHeight]))
    .toEqual([size.width, size.height])
}

/** Opens a page, looks for what would shut people out, and for content that does not fit. */
async function look(name: string, hash: string, subject: Locator, at: Circumstances): Promise<void> {
  const suffix = `${at.theme}-${at.language}-${at.size}`
  await goTo(page, hash)
  await expect(subject).toBeVisible()
  await settled()
  if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}-${suffix}.png`) })
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n  ${failureSummary}`).join('\n')}`,
    )
  expect.soft(serious, `${name}-${suffix}`).toEqual([])
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement ?? document.documentElement
    const wide = [...document.querySelectorAll('main *')].filter((element) => {
      const style = getComputedStyle(element)
      const scrolls = /auto|scroll/.test(style.overflowY) && element.scrollWidth > element.clientWidth
      return scrolls && element.checkVisibility()
    })
    return { beyond: scrollWidth - clientWidth, wide: wide.map((element) => element.className) }
  })
  expect.soft(overflow, `${name}-${suffix} fits its width`).toEqual({ beyond: 0, wide: [] })
}

/** Waits until the page stands: its fonts are there and nothing moves. */
async function settled(): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    const moving = () =>
      document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
    await Promise.allSettled(moving().map((animation) => animation.finished))
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}
