import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { makeHome } from './home.ts'
import { launchApp, type LaunchedApp } from './launch.ts'
import { ask, finished, goTo } from './window.ts'

const MODEL = 'smollm2:135m'

test.describe.configure({ mode: 'serial' })

let launched: LaunchedApp
let page: Page
let home: ReturnType<typeof makeHome>

test.beforeAll(async () => {
  // What the engine does by itself would stand among what was asked.
  home = makeHome({ engine: { autoTune: false } })
  launched = await launchApp({ home: home.path })
  page = launched.window
})

test.afterAll(async () => {
  await launched.close()
  home.remove()
})

function card(): Locator {
  return page.getByRole('group', { name: MODEL, exact: true })
}

function answersTable(): Locator {
  return page.getByRole('table', { name: 'Last answers' })
}

/** What would shut people out of the page as it is now. */
async function barriers(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
}

test('before anything was asked the page says so and leads on', async () => {
  await page.getByRole('link', { name: 'Insights' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Insights' })).toBeVisible()
  await expect(page.getByText('No model is in memory')).toBeVisible()
  await expect(page.getByText('Nothing was answered yet')).toBeVisible()
  expect(await barriers()).toEqual([])
  await page.getByRole('button', { name: 'Choose a model' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeAttached()
})

test('after an answer it shows the model, its slots, and one generation with what was measured', async () => {
  await goTo(page, '#/')
  await ask(page, 'What is the capital of France?')
  await finished(page)
  await goTo(page, '#/insights')

  await expect(card()).toContainText('Ready')
  await expect(card()).toContainText('Stays until memory is needed')
  await expect(card()).toContainText(/[\d.,]+ (MB|GB)/)
  await expect(card()).toContainText(/Context length\s*[\d,]+ tokens/)
  const slots = card().getByRole('list', { name: 'Slots' }).getByRole('listitem')
  await expect(slots.first()).toContainText(/Slot 1\s*free/)
  // What was said is in a slot still.
  await expect(slots.filter({ hasText: /[1-9][\d,]* \/ [\d,]+/ })).not.toHaveCount(0)

  const rows = answersTable().getByRole('row')
  // Only the rows near the sight are drawn.
  await answersTable().scrollIntoViewIfNeeded()
  await expect(rows).toHaveCount(2)
  const row = rows.last()
  await expect(row).toContainText(MODEL)
  await expect(row).toContainText('Window')
  await expect(row).toContainText('Complete')
  await row.getByRole('button', { name: /^Details/ }).click()
  const details = page.getByRole('dialog', { name: MODEL })
  await expect(details).toContainText(/Writing the answer\s*[\d.,]+ tok\/s/)
  await expect(details).toContainText(/To the first token\s*[\d.,]+ s/)
  await expect(details).toContainText(/Tokens of the answer\s*[1-9]/)
  await page.keyboard.press('Escape')
  await expect(details).toBeHidden()
})

test('the lines are there for eyes, ears and as a table', async () => {
  const lines = page.getByRole('img', { name: /last 5 min: now/ })
  await expect(lines).toHaveCount(6)
  await expect(page.getByRole('img', { name: /^Memory, .* now [\d.,]+ (MB|GB)/ })).toBeVisible()
  // The answer's speed is among the highest values.
  await expect(page.getByRole('img', { name: /^Writing speed, .* highest [\d.,]+ tok\/s/ })).toBeVisible()
  expect(await barriers()).toEqual([])
  await page.getByRole('button', { name: 'Show as table' }).click()
  await expect(lines).toHaveCount(0)
  await expect(page.getByRole('columnheader', { name: 'Time to first token' })).toBeVisible()
  expect(await barriers()).toEqual([])
  await page.getByRole('button', { name: 'Show as lines' }).click()
  await expect(lines).toHaveCount(6)
})

test('a column is sorted from the keyboard', async () => {
  await answersTable().getByRole('button', { name: 'Model' }).press('Enter')
  await expect(answersTable().getByRole('columnheader', { name: 'Model' })).toHaveAttribute('aria-sort', 'ascending')
  await answersTable().getByRole('button', { name: 'Model' }).press('Enter')
  await expect(answersTable().getByRole('columnheader', { name: 'Model' })).toHaveAttribute('aria-sort', 'descending')
})

test('a model is taken out of memory, and what it answered stays in the list', async () => {
  await card().getByRole('button', { name: 'Unload' }).click()
  await expect(card()).toHaveCount(0)
  await expect(page.getByText('No model is in memory')).toBeVisible()
  await answersTable().scrollIntoViewIfNeeded()
  await expect(answersTable().getByRole('row')).toHaveCount(2)
})
