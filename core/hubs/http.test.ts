import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Settings, type Settings as SettingsType } from '../../shared/domain/settings.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { makeCertificate } from './doubles/certificate.testing.ts'
import { startProxyDouble } from './doubles/proxy.testing.ts'
import { closing, testHttp } from './hubs.testing.ts'
import { chooseProxy, excluded, fromPac } from './http/choose-proxy.ts'
import { reachOf } from './http/addresses.ts'

async function server(listener: RequestListener) {
  const http = createServer(listener)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  const close = async () => {
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    http.closeAllConnections()
    await closed
  }
  return closing({ origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, close })
}

function withProxy(proxy: Partial<SettingsType['hubs']['proxy']>) {
  return () => Settings.parse({ hubs: { proxy } }).hubs
}

describe('a request', () => {
  it('says who asks', async () => {
    let agent: string | undefined
    const { origin } = await server((request, response) => {
      agent = request.headers['user-agent']
      response.end('ok')
    })
    const answer = await testHttp().request(origin)
    expect([answer.status, await answer.text(), agent]).toEqual([200, 'ok', 'hearth/1.2.3'])
  })

  it('keeps token and cookies to the origin that they were meant for', async () => {
    const seen: Record<string, unknown>[] = []
    const other = await server((request, response) => {
      seen.push(request.headers)
      response.end('bytes')
    })
    const first = await server((request, response) => {
      seen.push(request.headers)
      response.writeHead(302, { location: request.url === '/a' ? '/b' : `${other.origin}/x` }).end()
    })
    const headers = { Authorization: 'Bearer hf_secret', Cookie: 'a=b', Range: 'bytes=0-1' }
    await (await testHttp().request(`${first.origin}/a`, { headers })).text()
    expect(seen.map((one) => [one['authorization'], one['cookie'], one['range']])).toEqual([
      ['Bearer hf_secret', 'a=b', 'bytes=0-1'],
      ['Bearer hf_secret', 'a=b', 'bytes=0-1'],
      [undefined, undefined, 'bytes=0-1'],
    ])
  })

  it('does not follow a loop', async () => {
    const { origin } = await server((_request, response) => void response.writeHead(302, { location: '/again' }).end())
    await expect(testHttp().request(origin)).rejects.toMatchObject({ code: 'redirect_refused' })
  })

  it('does not go from a public host to a private one, by address or by name', async () => {
    const inside = await server((_request, response) => void response.end('secret'))
    const { port } = new URL(inside.origin)
    for (const target of [
      `http://127.0.0.1:${port}/`,
      'http://[::1]/',
      'http://169.254.169.254/',
      'http://[::ffff:10.0.0.1]/',
      'http://localhost/',
      'file:///etc/passwd',
    ]) {
      const proxy = closing(
        await startProxyDouble({
          hosts: {
            'hub.test': (await server((_request, response) => void response.writeHead(302, { location: target }).end()))
              .origin,
          },
        }),
      )
      const http = testHttp({ settings: withProxy({ mode: 'manual', url: `http://127.0.0.1:${proxy.port}` }) })
      await expect(http.request('http://hub.test/'), target).rejects.toMatchObject({ code: 'redirect_refused' })
    }
  })

  it('refuses a name that leads inside only when it is connected to', async () => {
    const inside = await server((_request, response) => void response.end('secret'))
    const { port } = new URL(inside.origin)
    const proxy = closing(
      await startProxyDouble({
        hosts: {
          'hub.test': (
            await server(
              (_request, response) => void response.writeHead(302, { location: `http://rebind.test:${port}/` }).end(),
            )
          ).origin,
        },
      }),
    )
    const http = testHttp({
      settings: withProxy({ mode: 'manual', url: `http://127.0.0.1:${proxy.port}` }),
      env: { NO_PROXY: 'rebind.test' },
      lookup: (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    })
    await expect(http.request('http://hub.test/')).rejects.toMatchObject({ code: 'redirect_refused' })
  })

  it('waits after a 429 as long as the hub says, for that part of it', async () => {
    let now = 1_000_000
    let asked = 0
    const { origin } = await server((request, response) => {
      asked += 1
      if (request.url?.startsWith('/api/') && asked === 1) response.writeHead(429, { ratelimit: '"api";r=0;t=55' })
      response.end('{}')
    })
    const http = testHttp({ now: () => now })
    const limited = { code: 'hub_rate_limited', data: { host: new URL(origin).host, seconds: 56 } }
    await expect(http.request(`${origin}/api/models`)).rejects.toMatchObject(limited)
    now += 46_000
    await expect(http.request(`${origin}/api/other`)).rejects.toMatchObject({ data: { seconds: 10 } })
    expect(asked).toBe(1)
    expect((await http.request(`${origin}/file`)).status).toBe(200)
    now += 10_000
    expect((await http.request(`${origin}/api/models`)).status).toBe(200)
  })

  it('tells silence before the head and in the body', async () => {
    const { origin } = await server((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': '10' }).write('abc')
    })
    const http = testHttp()
    await expect(http.request(`${origin}/head`, { silenceMs: 50 })).rejects.toMatchObject({ code: 'download_stalled' })
    const answer = await http.request(`${origin}/body`, { silenceMs: 200 })
    await expect(answer.text()).rejects.toMatchObject({ code: 'download_stalled' })
  })

  it('stops when it is no longer wanted', async () => {
    const { origin } = await server(() => undefined)
    const controller = new AbortController()
    const asked = testHttp().request(origin, { signal: controller.signal })
    controller.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('tells a connection that is refused, and one that ends early', async () => {
    const http = testHttp()
    await expect(http.request('http://127.0.0.1:9/')).rejects.toMatchObject({
      code: 'hub_unreachable',
      data: { host: '127.0.0.1:9' },
    })
    const { origin } = await server((_request, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('abc')
      setTimeout(() => response.destroy(), 20)
    })
    await expect((await http.request(origin)).text()).rejects.toMatchObject({ code: 'hub_unreachable' })
  })

  it('reads no more text than is wanted, packed or not', async () => {
    const { origin } = await server((_request, response) => void response.end('x'.repeat(10_000)))
    await expect((await testHttp().request(origin)).text(100)).rejects.toMatchObject({ code: 'hub_answer_invalid' })
  })
})

describe('an encrypted connection', () => {
  async function secure(listener: RequestListener) {
    const certificate = makeCertificate()
    const http = createSecureServer(certificate, listener)
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const address = http.address()
    const close = async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeAllConnections()
      await closed
    }
    const file = join(tempFolder(), 'company.pem')
    await writeFile(file, certificate.cert)
    const settings = () => Settings.parse({ hubs: { certificates: file } }).hubs
    return closing({
      origin: `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      settings,
      file,
      close,
    })
  }

  it('is not trusted with an unknown certificate, and is with the file that names it', async () => {
    const { origin, settings } = await secure((_request, response) => void response.end('private'))
    const untrusted = { code: 'certificate_untrusted', data: { host: new URL(origin).host } }
    await expect(testHttp().request(origin)).rejects.toMatchObject(untrusted)
    expect(await (await testHttp({ settings }).request(origin)).text()).toBe('private')
  })

  it('never becomes an open one', async () => {
    const open = await server((_request, response) => void response.end('open'))
    const { origin, settings } = await secure(
      (_request, response) => void response.writeHead(302, { location: open.origin }).end(),
    )
    await expect(testHttp({ settings }).request(origin)).rejects.toMatchObject({ code: 'redirect_refused' })
  })

  it('goes through a proxy’s tunnel', async () => {
    const { origin, settings } = await secure((_request, response) => void response.end('private'))
    const proxy = closing(await startProxyDouble({ hosts: { 'hub.test:443': origin } }))
    const { certificates } = settings()
    const through = () =>
      Settings.parse({ hubs: { certificates, proxy: { mode: 'manual', url: `http://127.0.0.1:${proxy.port}` } } }).hubs
    // The certificate is for an address, not for this name.
    await expect(testHttp({ settings: through }).request('https://hub.test/')).rejects.toMatchObject({
      code: 'certificate_untrusted',
    })
    expect(proxy.seen).toMatchObject([{ method: 'CONNECT', target: 'hub.test:443' }])
  })

  it('tells a certificate file that is none', async () => {
    const { origin, settings, file } = await secure((_request, response) => void response.end())
    await writeFile(file, 'not a certificate')
    await expect(testHttp({ settings }).request(origin)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('a proxy', () => {
  const login = { user: 'ada', password: 'p:ß' }
  const setUp = async (given: typeof login | null) => {
    const hub = await server((_request, response) => void response.end('through'))
    const proxy = closing(
      await startProxyDouble({ hosts: { 'hub.test': hub.origin, 'secure.test:443': hub.origin }, login }),
    )
    const settings = withProxy({ mode: 'manual', url: `http://127.0.0.1:${proxy.port}` })
    return { proxy, http: testHttp({ settings, proxyLogin: () => Promise.resolve(given) }) }
  }

  it('is gone through with its name and password', async () => {
    const { proxy, http } = await setUp(login)
    expect(await (await http.request('http://hub.test/')).text()).toBe('through')
    expect(proxy.seen.at(-1)?.login).toBe(`Basic ${Buffer.from('ada:p:ß').toString('base64')}`)
  })

  it('that refuses the login is told as such, tunnelled or not', async () => {
    const { proxy, http } = await setUp(null)
    const refused = { code: 'proxy_refused', data: { host: `127.0.0.1:${proxy.port}` } }
    await expect(http.request('http://hub.test/')).rejects.toMatchObject(refused)
    await expect(http.request('https://secure.test/')).rejects.toMatchObject(refused)
    expect(proxy.seen.at(-1)?.method).toBe('CONNECT')
  })

  it('comes from the settings, else the environment, else the system', async () => {
    const deps = (mode: 'system' | 'none' | 'manual', env: Record<string, string> = {}) => ({
      settings: () => ({ mode, url: 'http://manual:1' }),
      env,
      resolveProxy: () => Promise.resolve('PROXY system:3; DIRECT'),
      login: () => Promise.resolve(null),
    })
    const hostOf = async (url: string, from: ReturnType<typeof deps>) =>
      (await chooseProxy(new URL(url), from))?.host ?? null
    const env = { HTTPS_PROXY: 'env:2', NO_PROXY: 'inside.test' }
    expect(await hostOf('https://a.test', deps('manual', env))).toBe('manual:1')
    expect(await hostOf('https://a.test', deps('system', env))).toBe('env:2')
    expect(await hostOf('http://a.test', deps('system', env))).toBe('system:3')
    expect(await hostOf('https://inside.test', deps('system', env))).toBeNull()
    expect(await hostOf('https://a.test', deps('none', env))).toBeNull()
    expect(await hostOf('http://127.0.0.1:5', deps('manual'))).toBeNull()
  })

  it.each([
    ['DIRECT', null],
    ['PROXY a:8080', 'http://a:8080/'],
    ['SOCKS5 s:1080; PROXY a:8080', 'socks5://s:1080'],
    ['HTTPS h:443; DIRECT', 'https://h/'],
    ['nonsense', null],
  ])('is read from %s', (answer, uri) => expect(fromPac(answer)?.uri ?? null).toBe(uri))

  it.each([
    ['https://hub.test', '*', true],
    ['https://hub.test', 'hub.test', true],
    ['https://a.hub.test', 'hub.test', true],
    ['https://a.hub.test', '.hub.test', true],
    ['https://xhub.test', 'hub.test', false],
    ['https://hub.test', 'other, hub.test:443', true],
    ['https://hub.test', 'hub.test:8080', false],
    ['http://10.1.2.3', '10.0.0.0/8', true],
    ['http://11.1.2.3', '10.0.0.0/8', false],
    ['http://[fd00::1]', 'fd00::/8', true],
    ['https://hub.test', '', false],
  ])('%s with NO_PROXY=%s', (url, noProxy, expected) => expect(excluded(new URL(url), noProxy)).toBe(expected))
})

describe('an address', () => {
  it.each([
    ['8.8.8.8', 0],
    ['198.18.0.5', 0],
    ['2606:4700::1', 0],
    ['10.0.0.1', 1],
    ['172.31.0.1', 1],
    ['192.168.1.1', 1],
    ['fd12::1', 1],
    ['127.0.0.1', 2],
    ['0.0.0.0', 2],
    ['169.254.169.254', 2],
    ['::1', 2],
    ['fe80::1', 2],
    ['::ffff:127.0.0.1', 2],
    ['::ffff:7f00:1', 2],
    ['64:ff9b::10.0.0.1', 1],
  ] as const)('%s reaches %i', (address, reach) => expect(reachOf(address)).toBe(reach))
})
