import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import type { ServerDeps } from '../deps.ts'
import { model, paris, scriptedDeps, testApp } from '../server.testing.ts'

const HASH = 'ab'.repeat(32)
const files = { 'a.gguf': `sha256:${HASH}` }

function setUp(more: Partial<ServerDeps> = {}) {
  const createUploaded = vi.fn<ServerDeps['createUploaded']>(async ({ name }) => model(name))
  const create = vi.fn<ServerDeps['library']['create']>(async ({ name }) => model(name))
  const library = {
    duplicate: () => model('copy'),
    remove: async () => ({ undoId: 'u' }),
    create,
    find: scriptedDeps().library.find,
  }
  const app = testApp(paris, { createUploaded, library, ...more })
  const post = async (body: object) => {
    const response = await app.ask('/api/create', { method: 'POST', body: JSON.stringify({ model: 'mine', ...body }) })
    return { status: response.status, text: await response.text() }
  }
  return { createUploaded, create, post }
}

describe('POST /api/create', () => {
  it('makes a model of files that were sent, and tells each step', async () => {
    const { createUploaded, post } = setUp()
    const adapters = { 'lora.gguf': `sha256-${'CD'.repeat(32)}` }
    const { text } = await post({ files, adapters, system: 'Be kind.', parameters: { stop: ['a'] }, license: 'MIT' })
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { status: 'parsing GGUF' },
      { status: `using existing layer sha256:${HASH}` },
      { status: `using existing layer sha256:${'cd'.repeat(32)}` },
      { status: 'writing manifest' },
      { status: 'success' },
    ])
    expect(createUploaded.mock.calls[0]?.[0]).toMatchObject({
      name: 'mine',
      files: [{ name: 'a.gguf', sha256: HASH }],
      adapters: [{ name: 'lora.gguf', sha256: 'cd'.repeat(32) }],
      modelfile: { from: '', system: 'Be kind.', parameters: [{ name: 'stop', value: 'a' }], licences: ['MIT'] },
    })
  })

  it('puts adapters on a model that is here', async () => {
    const { createUploaded, post } = setUp()
    expect((await post({ from: 'smollm2:135m', adapters: files })).text).toContain('success')
    expect(createUploaded.mock.calls[0]?.[0]).toMatchObject({ files: [], modelfile: { from: 'smollm2:135m' } })
  })

  it('fetches the model that it is made of', async () => {
    const { create, post } = setUp({
      async *pull(name) {
        yield { type: 'success', model: `${name}-here` }
      },
    })
    expect((await post({ from: 'qwen' })).text).toContain('pulling manifest')
    expect(create.mock.calls[0]?.[0].modelfile).toBe('FROM qwen-here\n')
  })

  it.each([
    [{}, 400, /neither 'from' or 'files'/],
    [{ files: {} }, 400, /neither 'from' or 'files'/],
    [{ files, from: 'smollm2:135m' }, 400, /`files`/],
    [{ files, quantize: 'q4_0' }, 400, /quantize/],
    [{ files: { 'a.gguf': 'sha256:../../etc/passwd' } }, 400, /invalid digest format/],
    [{ files: { 'a.gguf': `md5:${HASH}` } }, 400, /invalid digest format/],
    [{ files: { '../a.gguf': `sha256:${HASH}` } }, 400, /file path must be relative/],
    [{ files: { '/a.gguf': `sha256:${HASH}` } }, 400, /file path must be relative/],
    [{ files: { 'C:\\a.gguf': `sha256:${HASH}` } }, 400, /file path must be relative/],
    [{ files: { 'model.safetensors': `sha256:${HASH}` } }, 400, /files\.model\.safetensors/],
    [{ files: { 'config.json': `sha256:${HASH}` } }, 400, /files\.config\.json/],
    [{ files: 7 }, 400, /`files`/],
    [
      { files: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}.gguf`, `sha256:${HASH}`])) },
      400,
      /1000/,
    ],
    [{ from: 'smollm2:135m', parameters: { temperature: { a: 1 } } }, 400, /parameters/],
    [{ modelfile: 'FROM smollm2:135m\nADAPTER /etc/passwd' }, 400, /modelfile/],
    [{ modelfile: 'FROM smollm2:135m\nNONSENSE x' }, 400, /modelfile/],
  ])('refuses %j with %i', async (body, status, message) => {
    const { create, createUploaded, post } = setUp()
    const answer = await post(body)
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(message)])
    expect(create).not.toHaveBeenCalled()
    expect(createUploaded).not.toHaveBeenCalled()
  })

  it.each(['model_file_invalid', 'model_file_truncated', 'model_load_failed', 'model_check_failed'] as const)(
    'answers %s of a file that was sent with 400: it is no failure of the server',
    async (code) => {
      const { post } = setUp({
        createUploaded: () => Promise.reject(new AppError({ code, message: 'Broken.', suggestion: 'Send another.' })),
      })
      expect(await post({ files })).toEqual({ status: 400, text: '{"error":"Broken. Send another."}' })
    },
  )

  it('refuses a template that can not be used before it makes anything', async () => {
    const previewTemplate = () => Promise.reject(new AppError({ code: 'invalid_input', message: 'No template.' }))
    const { create, post } = setUp({ trials: { previewTemplate } })
    expect(await post({ from: 'smollm2:135m', template: '{{ .Prompt' })).toMatchObject({ status: 400 })
    expect(create).not.toHaveBeenCalled()
  })
})
