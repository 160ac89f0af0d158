import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HubQuery } from '../../../shared/domain/hubs.ts'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { readCatalogue } from '../catalogue.ts'
import { startOllamaDouble, type DoubleLayer, type OllamaKnobs } from '../doubles/ollama.testing.ts'
import { closing, someBytes, testHttp } from '../hubs.testing.ts'
import { createSecrets } from '../secrets.ts'
import { createOllama } from './ollama.ts'
import { createPush } from './push.ts'
import { createRegistryKey } from './registry-key.ts'

const WEIGHTS = someBytes(5000)
const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
const LAYERS: DoubleLayer[] = [
  { kind: 'model', bytes: WEIGHTS },
  { kind: 'projector', bytes: someBytes(300, 2) },
  { kind: 'template', bytes: Buffer.from('{{ .Prompt }}') },
  { kind: 'system', bytes: Buffer.from('Be brief.') },
  { kind: 'params', bytes: Buffer.from('{"stop":["<|im_end|>"],"temperature":0.7,"__proto__":{"x":1}}') },
  { kind: 'license', bytes: Buffer.from('Apache') },
  { kind: 'messages', bytes: Buffer.from('[{"role":"user","content":"Hi"}]') },
]

async function setUp(knobs: Partial<OllamaKnobs> = {}, layers = LAYERS) {
  const double = closing(await startOllamaDouble({ models: [{ name: 'library/qwen2.5', tag: '3b', layers }], knobs }))
  const secrets = createSecrets(tempFolder(), null, { warn: () => undefined })
  const common = { http: testHttp(), endpoint: () => double.origin, sign: createRegistryKey(secrets), now: Date.now }
  return { double, hub: createOllama({ ...common, catalogue: readCatalogue() }), push: createPush(common), secrets }
}

const wanted = { repo: 'library/qwen2.5', variant: '3b' }

describe('a model at Ollama’s registry', () => {
  it('is planned with all that comes with it', async () => {
    const { hub } = await setUp()
    const plan = await hub.plan(wanted, {})
    expect(plan).toMatchObject({
      name: 'qwen2.5:3b',
      folder: 'ollama/library/qwen2.5',
      files: [
        { path: 'qwen2.5-3b.gguf', sizeBytes: 5000, sha256: sha(WEIGHTS), role: 'weights' },
        { path: 'mmproj-qwen2.5-3b.gguf', role: 'projector' },
      ],
      attachments: {
        template: '{{ .Prompt }}',
        system: 'Be brief.',
        licences: ['Apache'],
        messages: [{ role: 'user', content: 'Hi' }],
      },
    })
    expect(plan.attachments?.parameters).toEqual({ stop: ['<|im_end|>'], temperature: 0.7 })
    expect(plan.source.revision).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  it.each([307, 302, null] as const)('has blobs behind a redirect with %s', async (redirectStatus) => {
    const { hub, double } = await setUp({ redirectStatus })
    const plan = await hub.plan(wanted, {})
    const [file] = plan.files
    const located = file && (await hub.locate(plan, file, {}))
    expect(located).toMatchObject({ headers: {}, sha256: sha(WEIGHTS), sizeBytes: 5000 })
    expect(located?.url.startsWith(redirectStatus === null ? double.origin : double.cdnOrigin)).toBe(true)
  })

  it('is listed with the tags that the registry has', async () => {
    const { hub } = await setUp()
    const repo = await hub.repo('library/qwen2.5', undefined, {})
    expect(repo.variants).toMatchObject([{ id: '3b', quantization: 'Q4_K_M', sizeBytes: 5000 }])
    expect(repo.name).toBe('qwen2.5')
  })

  it('is found in the curated list, since the registry has no search', async () => {
    const { hub } = await setUp()
    const found = await hub.search(HubQuery.parse({ hub: 'ollama', text: 'qwen2.5:3b' }), {})
    expect(found.models.map(({ repo }) => repo)).toEqual(['library/qwen2.5'])
  })

  it('is found by its very name when the list does not know it', async () => {
    const { hub, double } = await setUp()
    double.put({ name: 'ada/mine', tag: 'v1', layers: LAYERS })
    const search = async (text: string) => (await hub.search(HubQuery.parse({ hub: 'ollama', text }), {})).models
    expect(await search('ada/mine:v1')).toMatchObject([{ repo: 'ada/mine', author: 'ada', architecture: 'llama' }])
    expect(await search('ada/other')).toEqual([])
    expect(await search('how do I cook')).toEqual([])
  })

  it('gets a token where one is wanted, signed with a key that stays', async () => {
    const { hub, double, secrets } = await setUp({ requireToken: 'everything' })
    const plan = await hub.plan(wanted, {})
    expect(plan.files).toHaveLength(2)
    expect(await secrets.get('ollama-key')).toContain('PRIVATE KEY')
    expect(
      double.requests
        .filter(({ server }) => server === 'cdn')
        .every(({ headers }) => headers['authorization'] === undefined),
    ).toBe(true)
  })

  it('does not sign for another host’s realm', async () => {
    const { hub } = await setUp({ requireToken: 'everything', realm: 'http://127.0.0.1:9/token' })
    await expect(hub.plan(wanted, {})).rejects.toMatchObject({ code: 'redirect_refused' })
  })

  it.each([
    ['a path for a digest', { digest: 'sha256:../../../../etc/passwd' }],
    ['a short digest', { digest: 'sha256:abc' }],
    ['a digest in capitals', { digest: `sha256:${sha(WEIGHTS).toUpperCase()}` }],
    ['another algorithm', { digest: `md5:${sha(WEIGHTS)}` }],
    ['a negative size', { size: -1 }],
    ['a size beyond all disks', { size: 2 ** 60 }],
  ])('is refused with %s', async (_what, claims) => {
    const { hub } = await setUp({}, [{ kind: 'model', bytes: WEIGHTS, claims }])
    await expect(hub.plan(wanted, {})).rejects.toMatchObject({ code: 'hub_answer_invalid' })
  })

  it('is refused with thousands of layers, and with a text that is longer or other than it claims', async () => {
    const bomb = await setUp({ extraLayers: 5000 })
    await expect(bomb.hub.plan(wanted, {})).rejects.toMatchObject({ code: 'hub_answer_invalid' })
    const text = Buffer.from('x'.repeat(10_000))
    const lie = await setUp({}, [...LAYERS, { kind: 'license', bytes: text, claims: { size: 10 } }])
    await expect(lie.hub.plan(wanted, {})).rejects.toMatchObject({ code: 'hub_answer_invalid' })
    const flipped = await setUp({ flipBit: { offset: 0, times: 1 } })
    await expect(flipped.hub.plan(wanted, {})).rejects.toMatchObject({ code: 'hub_answer_invalid' })
  })

  it('without a GGUF can’t be used', async () => {
    const { hub } = await setUp({}, LAYERS.slice(2))
    await expect(hub.plan(wanted, {})).rejects.toMatchObject({ code: 'model_unsupported' })
  })

  it.each([
    ['not there', {}, { ...wanted, variant: '99b' }, 'hub_not_found'],
    ['a login page', { captivePortal: { manifest: 'page' } }, wanted, 'captive_portal'],
    ['half a manifest', { halfAnswer: { manifest: true } }, wanted, 'hub_answer_invalid'],
    ['a failure', { failure: { manifest: { status: 500, times: 1 } } }, wanted, 'hub_failed'],
    ['a bad tag', {}, { ...wanted, variant: '../x' }, 'name_invalid'],
    ['a bad name', {}, { ...wanted, repo: '../x' }, 'name_invalid'],
    ['a host of this network', {}, { ...wanted, repo: '10.0.0.1/library/x' }, 'name_invalid'],
  ] as [string, Partial<OllamaKnobs>, typeof wanted, string][])('tells %s', async (_what, knobs, request, code) => {
    const { hub } = await setUp(knobs)
    await expect(hub.plan(request, {})).rejects.toMatchObject({ code })
  })
})

describe('a push', () => {
  it.each([false, true])(
    'sends what is missing and the manifest last (parts redirected: %s)',
    async (redirectUploads) => {
      const { push, double } = await setUp({ redirectUploads })
      const path = join(tempFolder(), 'w.gguf')
      await writeFile(path, WEIGHTS)
      const layers = [
        { kind: 'model', content: { path, sizeBytes: 5000, sha256: sha(WEIGHTS) } },
        { kind: 'system', content: { text: 'Be brief.' } },
      ]
      await push({ repo: 'ada/mine', tag: 'v1', layers, config: { model_format: 'gguf' } })
      expect(double.hasBlob(`sha256:${sha(WEIGHTS)}`) && double.hasBlob(`sha256:${sha('Be brief.')}`)).toBe(true)
      expect(double.pushed.get('ada/mine:v1')).toMatchObject({
        layers: [{ digest: `sha256:${sha(WEIGHTS)}`, size: 5000 }, {}],
      })
      expect(double.requests.at(-1)).toMatchObject({ method: 'PUT', path: '/v2/ada/mine/manifests/v1' })
      const uploads = double.requests.filter(({ method }) => method === 'PATCH').length
      await push({ repo: 'ada/mine', tag: 'v2', layers, config: { model_format: 'gguf' } })
      expect(double.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(uploads)
    },
  )

  it('publishes nothing when a file is no longer what it was', async () => {
    const { push, double } = await setUp()
    const path = join(tempFolder(), 'w.gguf')
    await writeFile(path, WEIGHTS)
    const layers = [{ kind: 'model', content: { path, sizeBytes: 5000, sha256: sha('other') } }]
    await expect(push({ repo: 'ada/mine', tag: 'v1', layers, config: {} })).rejects.toMatchObject({
      code: 'hash_mismatch',
    })
    expect(double.requests).toEqual([])
  })
})
