import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { mayHaveNamespace, watch, type Watched, watcherProblem } from './network/watch.ts'
import { root } from './programs.ts'

/** An address for documentation: nobody has it. */
const NOBODY = '192.0.2.1'
/**
 * Before a connection Chromium looks whether this machine has a route for IPv6: it connects a UDP socket, which sends
 * nothing. Our app never gets so far, but the browser that stands for a person's own does.
 */
const ROUTE_CHECK = '2001:4860:4860::8888 port 443'

test.skip(process.platform !== 'linux', 'Processes can be watched only on Linux.')
test.beforeAll(() => {
  expect(watcherProblem()).toBeNull()
})

test('the app reaches nobody and does not try: first start, question, every page, server', async () => {
  test.setTimeout(200_000)
  const { attempts } = await watchFlow('app.ts')
  expect(attempts).toEqual([])
})

test('the headless server and its page reach nobody and do not try', async () => {
  test.setTimeout(200_000)
  const { attempts } = await watchFlow('serve.ts')
  expect(attempts.filter(({ target }) => target !== ROUTE_CHECK)).toEqual([])
})

test.describe('the watcher', () => {
  test('reports a connection that is tried', async () => {
    const { attempts } = await watchNode(
      `net.connect(80, '${NOBODY}').on('error', () => {}); setTimeout(() => process.exit(), 200)`,
    )
    expect(attempts).toEqual([{ process: 'node', target: `${NOBODY} port 80` }])
  })

  test('reports a question for a name, even to this machine', async () => {
    const { attempts } = await watchNode(`
      const resolver = new dns.Resolver({ timeout: 50, tries: 1 })
      resolver.setServers(['127.0.0.1'])
      resolver.resolve4('example.com', () => {})`)
    expect(attempts).toEqual([{ process: 'node', target: '127.0.0.1 port 53' }])
  })

  test('reports what the child of a child sends', async () => {
    const send = `dgram.createSocket('udp6').send('x', 9, '2001:db8::1', () => process.exit())`
    const spawn = (program: string) => `child_process.spawnSync(process.execPath, ['-e', ${JSON.stringify(program)}])`
    const { attempts } = await watchNode(spawn(spawn(send)))
    expect(attempts).toEqual([{ process: 'node', target: '2001:db8::1 port 9' }])
  })

  test('leaves loopback alone', async () => {
    const watched = await watchNode(
      "const s = net.createServer().listen(0, '127.0.0.1', () => net.connect(s.address().port, '127.0.0.1', () => process.exit()))",
    )
    expect(watched.code).toBe(0)
    expect(watched.calls).toBeGreaterThan(0)
    expect(watched.attempts).toEqual([])
  })
})

/** Runs one file of network/ in a Playwright of its own, all of it watched. */
async function watchFlow(file: string): Promise<Watched> {
  const isolated = mayHaveNamespace()
  if (!isolated) {
    const description = 'Network namespaces are not allowed here: this ran with the network of this machine.'
    test.info().annotations.push({ type: 'note', description })
    process.stdout.write(`${description}\n`)
  }
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  // Without what this run of Playwright tells its own workers.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEST|PLAYWRIGHT|PW)/.test(name)))
  const args = [playwright, 'test', '-c', 'e2e/network/playwright.config.ts', file]
  const watched = await watch(process.execPath, args, { isolated, env })
  expect(watched.code, watched.stdout + watched.stderr).toBe(0)
  // The flow talks over loopback: a watcher that saw next to nothing did not watch.
  expect(watched.calls).toBeGreaterThan(100)
  return watched
}

function watchNode(program: string): Promise<Watched> {
  return watch(process.execPath, ['-e', program], { isolated: mayHaveNamespace() })
}
