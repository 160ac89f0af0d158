import { expect, type Page } from '@playwright/test'

export const QUESTION = 'What is the capital of France?'

/** Asks in the chat that is open, or in a new one, and waits for an answer that is complete and names Paris. */
export async function askForParis(page: Page): Promise<void> {
  const answers = page.getByRole('article', { name: 'Answer' })
  const before = await answers.count()
  await page.getByRole('textbox', { name: 'Message' }).fill(QUESTION)
  await page.keyboard.press('Enter')
  await expect(answers).toHaveCount(before + 1)
  await expect(answers.last()).toContainText('Paris', { timeout: 60_000 })
  await expect(answers.last()).not.toHaveAttribute('aria-busy', 'true', { timeout: 60_000 })
}
