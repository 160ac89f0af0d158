import { expect, type Page } from '@playwright/test'
import { answers, ask, finished } from './window.ts'

export const QUESTION = 'What is the capital of France?'

/** Asks in the chat that is open, or in a new one, and waits for an answer that is complete and names Paris. */
export async function askForParis(page: Page): Promise<void> {
  const before = await answers(page).count()
  await ask(page, QUESTION)
  await expect(answers(page)).toHaveCount(before + 1)
  await expect(await finished(page)).toContainText('Paris')
}
