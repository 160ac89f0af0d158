import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** After this whoever waits for the address shall see for himself what is wrong; ms. */
const LONGEST = 60_000
const BETWEEN = 50

/**
 * Waits for a page with a title, which none has while it is being made.
 * @param {string} host with its port
 */
async function pageIsUp(host) {
  const until = Date.now() + LONGEST
  while (Date.now() < until) {
    const targets = await fetch(`http://${host}/json/list`)
      .then((list) => list.json())
      .catch(() => [])
    if (targets.some(({ type, title }) => type === 'page' && title !== '')) return
    await sleep(BETWEEN)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [, host] = /^DevTools listening on ws:\/\/([^/]+)\//.exec(line) ?? []
  if (host !== undefined) await pageIsUp(host)
  process.stderr.write(`${line}\n`)
}
