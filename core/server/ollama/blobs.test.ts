import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { createUploads, type Uploads } from '../../models/uploads.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { modelFixture } from '../../models/model.testing.ts'
import { newest, started } from '../listening.testing.ts'

const shaOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

async function setUp(models: Model[] = [], more: Partial<Uploads> = {}) {
  const folder = tempFolder()
  let ids = 0
  const uploads = createUploads({
    modelsFolder: () => folder,
    models: { list: () => models },
    newId: () => `u${++ids}`,
    now: Date.now,
  })
  const { url, port, server } = await started(undefined, { uploads: { ...uploads, ...more } })
  const left = () => readdirSync(join(folder, '.uploads'))
  const send = (digest: string, body: Uint8Array | string) =>
    fetch(`${url}/api/blobs/${digest}`, { method: 'POST', body })
  return { folder, uploads, url, port, server, left, send }
}

describe('a file that is sent', () => {
  it('is kept under its hash, and known from then on', async () => {
    const { url, send, left, folder } = await setUp()
    const bytes = Buffer.alloc(3_000_000, 'hearth')
    const digest = `sha256:${shaOf(bytes)}`
    const ask = async () => (await fetch(`${url}/api/blobs/${digest}`, { method: 'HEAD' })).status
    expect(await ask()).toBe(404)
    expect((await send(digest, bytes)).status).toBe(201)
    expect(await ask()).toBe(200)
    expect((await send(digest, 'anything')).status).toBe(200)
    expect(left()).toEqual([`sha256-${shaOf(bytes)}`])
    expect(readFileSync(join(folder, '.uploads', `sha256-${shaOf(bytes)}`)).equals(bytes)).toBe(true)
  })

  it('need not be sent when a model has it, unless its owner may change it', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'a.gguf'), 'GGUF')
    const file = { path: join(folder, 'a.gguf'), sizeBytes: 4, sha256: shaOf('GGUF'), role: 'weights' as const }
    const status = async (owned: boolean) => {
      const { url } = await setUp([modelFixture({ files: [{ ...file, owned }] })])
      return (await fetch(`${url}/api/blobs/sha256-${shaOf('GGUF').toUpperCase()}`, { method: 'HEAD' })).status
    }
    expect(await status(true)).toBe(200)
    expect(await status(false)).toBe(404)
  })

  it('leaves nothing when its hash is another', async () => {
    const { send, left } = await setUp()
    const response = await send(`sha256:${shaOf('a')}`, 'b')
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: string } // the form of this API
    expect(error).toBe(`digest mismatch, expected "sha256:${shaOf('a')}", got "sha256:${shaOf('b')}"`)
    expect(left()).toEqual([])
  })

  it('leaves nothing when the client hangs up half way', async () => {
    const { port, left, server } = await setUp()
    const path = `/api/blobs/sha256:${shaOf('a')}`
    const sending = httpRequest({ port, host: '127.0.0.1', method: 'POST', path })
    sending.on('error', () => {})
    sending.write(Buffer.alloc(100_000))
    await vi.waitFor(() => expect(left()).toHaveLength(1))
    sending.destroy()
    await vi.waitFor(() => expect(left()).toEqual([]))
    await vi.waitFor(() => expect(newest(server)?.status).not.toBeNull())
  })

  it('may come twice at the same time', async () => {
    const { send, left } = await setUp()
    const bytes = Buffer.alloc(2_000_000, 'x')
    const both = await Promise.all([send(`sha256:${shaOf(bytes)}`, bytes), send(`sha256:${shaOf(bytes)}`, bytes)])
    expect(both.map(({ status }) => status)).toEqual([201, 201])
    expect(left()).toEqual([`sha256-${shaOf(bytes)}`])
  })

  it.each([
    'sha256:abc',
    `sha512:${'a'.repeat(64)}`,
    '..%2f..%2fetc%2fpasswd',
    `sha256:..%2f${'a'.repeat(61)}`,
    'sha256',
  ])('is refused under %s', async (digest) => {
    const { url, send, folder } = await setUp()
    expect((await fetch(`${url}/api/blobs/${digest}`, { method: 'HEAD' })).status).toBe(400)
    const response = await send(digest, 'x')
    expect([response.status, await response.json()]).toEqual([400, { error: 'invalid digest format' }])
    expect(existsSync(join(folder, '.uploads'))).toBe(false)
  })

  it('is asked for with HEAD, and never read out', async () => {
    const { url, send } = await setUp()
    await send(`sha256:${shaOf('a')}`, 'a')
    expect(await (await fetch(`${url}/api/blobs/sha256:${shaOf('a')}`)).text()).toBe('')
  })

  it('does not fill the drive', async () => {
    const receive = () => Promise.reject(new AppError({ code: 'disk_full', message: 'Too little space.' }))
    const { send } = await setUp([], { receive })
    expect((await send(`sha256:${shaOf('a')}`, 'a')).status).toBe(507)
  })
})

describe('files that were sent', () => {
  it('are refused when more is announced than the drive holds', async () => {
    const { uploads, folder } = await setUp()
    const nothing = (async function* () {})()
    await expect(uploads.receive(shaOf('a'), nothing, 1e18)).rejects.toMatchObject({ code: 'disk_full' })
    expect(existsSync(join(folder, '.uploads'))).toBe(false)
  })

  it('are given up when others fill the drive meanwhile', async () => {
    const folder = tempFolder()
    let looks = 0
    const uploads = createUploads({
      modelsFolder: () => folder,
      models: { list: () => [] },
      newId: () => 'u',
      now: Date.now,
      async assertSpace() {
        if (++looks === 2) throw new AppError({ code: 'disk_full', message: 'Too little space.' })
      },
    })
    const piece = Buffer.alloc(1 << 20)
    const endless = (async function* () {
      for (;;) yield piece
    })()
    await expect(uploads.receive(shaOf('a'), endless, null)).rejects.toMatchObject({ code: 'disk_full' })
    expect(readdirSync(join(folder, '.uploads'))).toEqual([])
  })

  it('are removed after a day in which nobody made a model of them', async () => {
    const { uploads, send, left, folder } = await setUp()
    await send(`sha256:${shaOf('a')}`, 'a')
    await send(`sha256:${shaOf('b')}`, 'b')
    const before = (Date.now() - 25 * 3_600_000) / 1000
    utimesSync(join(folder, '.uploads', `sha256-${shaOf('a')}`), before, before)
    await uploads.clean()
    expect(left()).toEqual([`sha256-${shaOf('b')}`])
  })
})
