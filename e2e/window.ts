import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page } from '@playwright/test'

/** How long the starter model may take for a short answer on a busy machine (ms). */
const ANSWER_MS = 60_000

/** A request whose answer goes on for hundreds of tokens. */
export const LONG_REQUEST = 'Write a very long story about a lighthouse keeper, with many chapters.'

/** Where the person writes. */
export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Message', exact: true })
}

/** The answers of the open chat, oldest first. */
export function answers(page: Page): Locator {
  return page.getByRole('article', { name: 'Answer', exact: true })
}

/** The rows of the chat list. */
export function chatRows(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Chats' }).getByRole('link')
}

/** Types a question and sends it with Enter. */
export async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question)
  await composer(page).press('Enter')
}

/** Waits until the last answer has begun to arrive and goes on. */
export async function growing(page: Page): Promise<Locator> {
  const answer = answers(page).last()
  await expect(answer).toHaveAttribute('aria-busy', 'true')
  await expect.poll(() => prose(answer), { timeout: ANSWER_MS }).toMatch(/\S+\s+\S+\s+\S+/)
  return answer
}

/** Waits until the last answer is finished. */
export async function finished(page: Page): Promise<Locator> {
  const answer = answers(page).last()
  await expect(answer).toBeVisible()
  await expect(answer).not.toHaveAttribute('aria-busy', { timeout: ANSWER_MS })
  return answer
}

/** The words of an answer, without the line under it. */
export async function prose(answer: Locator): Promise<string> {
  const text = answer.locator('.answer')
  return (await text.count()) === 0 ? '' : text.innerText()
}

/** Goes to a page of the interface, as `#/models`. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((next) => {
    window.location.hash = next
  }, hash)
}

/** One file of the interface's words. */
export function words(language: 'en' | 'zh-CN', namespace: string): (key: string) => string {
  const path = new URL(`../resources/locales/${language}/${namespace}.json`, import.meta.url)
  const all: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return (key) => {
    let found = all
    for (const part of key.split('.')) {
      // A part that is missing ends as the error below.
      found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[part] : undefined
    }
    if (typeof found !== 'string') throw new Error(`There is no text ${key} in ${language}/${namespace}.json`)
    return found
  }
}
