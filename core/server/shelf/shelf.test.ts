import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Model } from '../../../shared/domain/models.ts'
import { Settings } from '../../../shared/domain/settings.ts'
import { createDownloads } from '../../downloads/downloads.ts'
import { someBytes, testHttp, testHubs } from '../../hubs/hubs.testing.ts'
import { hashFile } from '../../lib/hash-file.ts'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { modelFixture } from '../../models/model.testing.ts'
import { downloads as schema } from '../../storage/migrations/0004-downloads.ts'
import { newest, started } from '../listening.testing.ts'
import { scriptedDeps, serverSettings } from '../server.testing.ts'

const BYTES = someBytes(300_000)
const shaOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

interface Manifest {
  schemaVersion: number
  mediaType: string
  config: Layer
  layers: Layer[]
}
interface Layer {
  mediaType: string
  digest: string
  size: number
}

/** A shelf with one model of a file, `mine`, and one that is not chosen. */
async function setUp(more: Partial<Model> = {}, { bytes = BYTES, chosen = ['mine'], enabled = true } = {}) {
  const path = join(tempFolder(), 'mine.gguf')
  writeFileSync(path, bytes)
  const file = { path, sizeBytes: bytes.length, sha256: shaOf(bytes), role: 'weights' as const, owned: true }
  const model = (name: string) =>
    modelFixture({ name, path, sizeBytes: bytes.length, files: [file], addedAt: Date.now() + 1000, ...more })
  const models = ['mine', 'other', 'hf.co/ann/model:Q4', 'x:1b'].map(model)
  const hash = vi.fn(hashFile)
  const { url, port, server } = await started(undefined, {
    settings: () => serverSettings({ shelf: { enabled, models: chosen, addresses: [] } }),
    library: { ...scriptedDeps().library, find: (name) => models.find((one) => one.name === name) },
    hashFile: hash,
  })
  const get = (at: string, headers = {}, method = 'GET') => fetch(url + at, { headers, method })
  const manifest = async (at = '/v2/library/mine/manifests/latest') =>
    // What the server says is looked at.
    (await (await get(at)).json()) as Manifest
  const blob = `/v2/library/mine/blobs/sha256:${shaOf(bytes)}`
  return { path, url, port, server, get, manifest, blob, hash, file }
}

describe('the shelf', () => {
  it.each(['/v2/', '/v2/library/mine/manifests/latest', '/v2/library/mine/blobs/sha256:x', '/v2/nope'])(
    'has nothing at %s while it is closed',
    async (at) => {
      const { get } = await setUp({}, { enabled: false })
      for (const method of ['GET', 'HEAD']) expect((await get(at, {}, method)).status).toBe(404)
    },
  )

  it('speaks the registry protocol', async () => {
    const { get } = await setUp()
    const answer = await get('/v2/')
    expect([answer.status, answer.headers.get('docker-distribution-api-version')]).toEqual([200, 'registry/2.0'])
    expect((await get('/v2/library/mine/manifests/latest', {}, 'POST')).status).toBe(405)
  })

  it('offers a chosen model with all that the library knows of it', async () => {
    const { manifest, get } = await setUp({
      defaults: {
        system: 'Be kind.',
        sampling: { temperature: 0.5 },
        load: { gpuLayers: 3, contextLength: 2048 },
        template: null,
        goTemplate: '{{ .Prompt }}',
        stop: ['<end>'],
        maxTokens: null,
      },
      licenceText: 'Free.',
      made: { modelfile: '', from: 'x', messages: [{ role: 'user', content: 'Hi' }], notObeyed: [] },
    })
    const { schemaVersion, mediaType, config, layers } = await manifest()
    expect([schemaVersion, mediaType]).toEqual([2, 'application/vnd.docker.distribution.manifest.v2+json'])
    const read = async ({ digest, size }: Layer) => {
      const bytes = Buffer.from(await (await get(`/v2/library/mine/blobs/${digest}`)).arrayBuffer())
      expect([`sha256:${shaOf(bytes)}`, bytes.length]).toEqual([digest, size])
      return bytes.toString()
    }
    const kinds = layers.map((layer) => layer.mediaType.replace('application/vnd.ollama.image.', ''))
    expect(kinds).toEqual(['model', 'template', 'system', 'params', 'messages', 'license'])
    const texts = await Promise.all(layers.slice(1).map(read))
    expect(texts).toEqual([
      '{{ .Prompt }}',
      'Be kind.',
      '{"temperature":0.5,"num_ctx":2048,"stop":["<end>"]}',
      '[{"role":"user","content":"Hi"}]',
      'Free.',
    ])
    expect(config.mediaType).toBe('application/vnd.docker.container.image.v1+json')
    expect(JSON.parse(await read(config))).toMatchObject({
      model_format: 'gguf',
      model_family: 'llama',
      model_type: '1.0B',
      file_type: 'Q4_K_M',
      rootfs: { diff_ids: layers.map(({ digest }) => digest) },
    })
  })

  it('knows a model by the name that clients say', async () => {
    const { get } = await setUp({}, { chosen: ['mine', 'x:1b', 'hf.co/ann/model:Q4', 'gone', 'not/a/name/at/all'] })
    const status = async (at: string) => (await get(at)).status
    expect(await status('/v2/library/mine/manifests/latest')).toBe(200)
    expect(await status('/v2/Library/MINE/manifests/latest')).toBe(200)
    expect(await status('/v2/library/x/manifests/1b')).toBe(200)
    expect(await status('/v2/ann/model/manifests/Q4')).toBe(200)
    for (const at of [
      '/v2/library/mine/manifests/other',
      '/v2/library/other/manifests/latest',
      '/v2/library/gone/manifests/latest',
      '/v2/other/mine/manifests/latest',
      `/v2/library/other/blobs/sha256:${shaOf(BYTES)}`,
      '/v2/library/mine/blobs/sha256:..%2f..%2fetc%2fpasswd',
      `/v2/library/mine/blobs/sha256:${'0'.repeat(64)}`,
      '/v2/library/mine',
      '/v2/..%2f/mine/manifests/latest',
    ]) {
      const answer = await get(at)
      expect([at, answer.status]).toEqual([at, 404])
      expect(await answer.json()).toMatchObject({ errors: [{ code: expect.stringMatching(/UNKNOWN/) }] })
    }
  })

  it('reads a file whose hash it can not be sure of, once', async () => {
    const unknown = await setUp({ addedAt: 0 })
    await unknown.manifest()
    await unknown.manifest()
    expect(unknown.hash).toHaveBeenCalledTimes(1)
    const own = await setUp()
    await own.manifest()
    expect(own.hash).not.toHaveBeenCalled()
  })

  it.each([
    ['is another than it was', (path: string) => writeFileSync(path, Buffer.from(BYTES).fill(1, 5, 6))],
    ['is shorter', (path: string) => truncateSync(path, 1000)],
    ['is gone', (path: string) => rmSync(path)],
  ])('offers no model whose file %s', async (_, spoil) => {
    const { get, path } = await setUp({ addedAt: 0 })
    spoil(path)
    expect((await get('/v2/library/mine/manifests/latest')).status).toBe(404)
  })

  it('offers no model in several pieces, and none with a problem', async () => {
    const { file } = await setUp()
    const pieces = await setUp({ files: [file, { ...file, path: `${file.path}2` }] })
    expect((await pieces.get('/v2/library/mine/manifests/latest')).status).toBe(404)
    const broken = await setUp({ problem: { code: 'model_file_missing', message: 'Gone.' } })
    expect((await broken.get('/v2/library/mine/manifests/latest')).status).toBe(404)
  })
})

describe('a file of the shelf', { timeout: 30_000 }, () => {
  it('is sent whole, with what tells it apart', async () => {
    const { get, blob } = await setUp()
    const digest = `sha256:${shaOf(BYTES)}`
    const head = await get(blob, {}, 'HEAD')
    const whole = await get(blob)
    for (const { status, headers } of [head, whole]) {
      expect(status).toBe(200)
      expect(headers.get('content-length')).toBe(String(BYTES.length))
      expect(headers.get('etag')).toBe(`"${digest}"`)
      expect(headers.get('docker-content-digest')).toBe(digest)
      expect(headers.get('accept-ranges')).toBe('bytes')
      expect(headers.get('location')).toBe(blob)
    }
    expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), BYTES)).toBe(0)
    expect((await get(blob, { 'if-none-match': `"${digest}"` })).status).toBe(304)
  })

  it('is sent in the parts that are asked for', async () => {
    const { get, blob } = await setUp()
    const etag = `"sha256:${shaOf(BYTES)}"`
    const middle = await get(blob, { range: 'bytes=150000-280000', 'if-range': etag })
    expect([middle.status, middle.headers.get('content-range')]).toEqual([206, 'bytes 150000-280000/300000'])
    expect(Buffer.compare(Buffer.from(await middle.arrayBuffer()), BYTES.subarray(150_000, 280_001))).toBe(0)
    expect((await get(blob, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200)
    const beyond = await get(blob, { range: 'bytes=300000-' })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */300000'])
  })

  it('breaks off when it changes on the way, so that nobody takes it for whole', async () => {
    const bytes = Buffer.alloc(40_000_000, BYTES)
    for (const spoil of [(path: string) => truncateSync(path, 1000), (path: string) => utimesSync(path, 1, 1)]) {
      const { port, blob, path, server } = await setUp({}, { bytes })
      let received = 0
      const broken = await new Promise<boolean>((resolve) => {
        const asking = httpRequest({ port, host: '127.0.0.1', path: blob }, (response) => {
          response.once('data', () => {
            spoil(path)
            response.on('data', (piece: Buffer) => void (received += piece.length))
            response.on('end', () => resolve(!response.complete))
            response.on('error', () => resolve(true))
          })
        })
        asking.end()
      })
      expect(broken).toBe(true)
      expect(received).toBeLessThan(bytes.length)
      await vi.waitFor(() => expect(newest(server)?.error).toMatch(/has changed/))
    }
  })

  it('is sent on although its name is gone', async () => {
    const bytes = Buffer.alloc(40_000_000, BYTES)
    const { port, blob, path } = await setUp({}, { bytes })
    const hash = createHash('sha256')
    await new Promise<void>((resolve, reject) => {
      const asking = httpRequest({ port, host: '127.0.0.1', path: blob }, (response) => {
        response.once('data', () => renameSync(path, `${path}.away`))
        response.on('data', (piece: Buffer) => void hash.update(piece))
        response.on('end', () => resolve())
        response.on('error', reject)
      })
      asking.end()
    })
    expect(hash.digest('hex')).toBe(shaOf(bytes))
  })

  it('is read no further than a slow client takes it, and given up when that hangs up', async () => {
    const { port, blob, server } = await setUp({}, { bytes: Buffer.alloc(30_000_000, BYTES) })
    const asking = httpRequest({ port, host: '127.0.0.1', path: blob })
    asking.on('error', () => {})
    asking.end()
    await new Promise<void>((resolve) => asking.on('response', (response) => resolve(void response.pause())))
    const others = await Promise.all(Array.from({ length: 2 }, () => fetch(`http://127.0.0.1:${port}${blob}`)))
    for (const other of others) expect((await other.arrayBuffer()).byteLength).toBe(30_000_000)
    expect(server.state().requests.filter(({ status }) => status === null)).toHaveLength(1)
    asking.destroy()
    await vi.waitFor(() => expect(server.state().requests.every(({ status }) => status !== null)).toBe(true))
    expect(server.state().requests.some(({ cancelled }) => cancelled)).toBe(true)
  })
})

describe('another Hearth', { timeout: 30_000 }, () => {
  it('fetches from the shelf, and goes on where it was cut off', async () => {
    const bytes = Buffer.alloc(6_000_000, BYTES)
    const { url } = await setUp({}, { bytes })
    const { hubs } = testHubs({ HEARTH_OLLAMA_REGISTRY: url })
    const root = tempFolder()
    const database = new DatabaseSync(':memory:')
    database.exec(schema.up)
    const settings = Settings.parse({ downloads: { connections: 1, speedLimit: 3_000_000 } }).downloads
    const note = () => {}
    const asked: string[] = []
    const http = testHttp()
    const open = () =>
      createDownloads({
        database,
        http: {
          ...http,
          request(address, options) {
            if (address.includes('/blobs/')) asked.push(options?.headers?.['range'] ?? 'whole')
            return http.request(address, options)
          },
        },
        hubs,
        settings: () => settings,
        modelsFolder: () => root,
        hashWorkerPath: null,
        goOn: true,
        finish: (plan) => Promise.resolve({ model: plan.name }),
        findOwnFile: () => null,
        effects: { onProgress: note, onDone: note, onFailed: note },
        newId: () => 'd',
        now: Date.now,
        clock: () => performance.now(),
        log: { debug: note, info: note, warn: note, error: note },
        chunkBytes: 1 << 20,
      })
    let downloads = open()
    onTestFinished(async () => {
      await downloads.close()
      database.close()
    })
    const actor = { ownerId: 'local', door: 'window', access: 'local' } as const
    downloads.add(await hubs.planByName('mine', {}), {}, actor)
    await vi.waitFor(() => expect(downloads.list()[0]?.doneBytes).toBeGreaterThan(2_000_000), { timeout: 8000 })
    await downloads.close()
    const before = asked.length
    settings.speedLimit = null
    downloads = open()
    await vi.waitFor(() => expect(downloads.list()[0]?.state).toBe('done'), { timeout: 8000 })
    expect(asked.slice(before).every((range) => /^bytes=[1-9]/.test(range))).toBe(true)
    expect(shaOf(readFileSync(join(root, 'ollama', 'library', 'mine', 'mine-latest.gguf')))).toBe(shaOf(bytes))
  })
})
