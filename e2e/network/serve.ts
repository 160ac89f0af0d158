import { expect, test } from '@playwright/test'
import { askForParis } from '../ask.ts'
import { launchServe, openInBrowser } from '../launch.ts'

// Run by network.spec.ts, under a watcher and with no way out.

test('serving, and a question in a browser', async () => {
  const serve = await launchServe()
  try {
    const browser = await openInBrowser(serve.link ?? '')
    const asked: string[] = []
    browser.page.on('request', (request) => asked.push(request.url()))
    await browser.page.reload()
    await askForParis(browser.page)
    await browser.close()
    expect(asked).toContain(`${serve.url}/`)
    expect(asked.filter((url) => new URL(url).origin !== serve.url)).toEqual([])
  } finally {
    expect(await serve.close()).toBe(0)
  }
})
