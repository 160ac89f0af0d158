import { expect, test } from '@playwright/test'
import { askForParis } from '../ask.ts'
import { makeHome } from '../home.ts'
import { launchApp } from '../launch.ts'
import { freePort } from '../ports.ts'
import { goTo } from '../window.ts'

// Run by network.spec.ts, under a watcher and with no way out.

test('the first start, a question, every page, and the server called by a program', async () => {
  const port = await freePort()
  const home = makeHome({ server: { port } })
  const { window, close } = await launchApp({ home: home.path })
  try {
    await askForParis(window)
    for (const page of ['models', 'settings', 'server']) {
      await goTo(window, `#/${page}`)
      await expect(window.getByRole('heading', { level: 1, name: page })).toBeVisible()
    }
    await window.getByRole('switch', { name: 'Server' }).click()
    await expect(window.getByRole('heading', { name: 'Running' })).toBeVisible()
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'smollm2:135m',
        messages: [{ role: 'user', content: 'Say hello.' }],
        max_tokens: 8,
      }),
    })
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  } finally {
    await close()
    home.remove()
  }
})
