import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { startHuggingFaceDouble } from './huggingface.testing.ts'
import { startModelScopeDouble } from './modelscope.testing.ts'
import { startOllamaDouble } from './ollama.testing.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((double) => double.close()))
})

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31) % 256)
}

const WEIGHTS = bytesOf(300_000)
const SHA256 = createHash('sha256').update(WEIGHTS).digest('hex')

async function huggingFace() {
  const double = await startHuggingFaceDouble({
    repos: [{ id: 'o/m', files: [{ path: 'm.Q4_K_M.gguf', bytes: WEIGHTS }] }],
  })
  open.push(double)
  const head = await fetch(`${double.origin}/o/m/resolve/main/m.Q4_K_M.gguf`, { method: 'HEAD', redirect: 'manual' })
  return { double, head, url: head.headers.get('location') ?? '' }
}

describe('the doubles', () => {
  it('lead from the hub to a signed address of another origin', async () => {
    const { double, head, url } = await huggingFace()
    expect(head.status).toBe(302)
    expect(head.headers.get('x-linked-etag')).toBe(`"${SHA256}"`)
    expect(new URL(url).origin).toBe(double.cdnOrigin)
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe('bytes 10-19/300000')
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(WEIGHTS.subarray(10, 20))
    double.knobs.signatureEpoch += 1
    expect((await fetch(url)).status).toBe(403)
  })

  it('refuse a token at the storage', async () => {
    const { url } = await huggingFace()
    expect((await fetch(url, { headers: { authorization: 'Bearer hf_x' } })).status).toBe(400)
  })

  it('flip one bit as often as they are told', async () => {
    const { double, url } = await huggingFace()
    double.knobs.flipBit = { offset: 1000, times: 1 }
    const hashes = []
    for (let round = 0; round < 2; round += 1) {
      const body = Buffer.from(await (await fetch(url)).arrayBuffer())
      hashes.push(createHash('sha256').update(body).digest('hex') === SHA256)
    }
    expect(hashes).toEqual([false, true])
  })

  it('end early, break off, and lie about ranges', async () => {
    const { double, url } = await huggingFace()
    double.knobs.endAfter = { bytes: 100_000, times: 1 }
    await expect(fetch(url).then((answer) => answer.arrayBuffer())).rejects.toThrow()
    double.knobs.resetAfter = { bytes: 0, times: 1 }
    await expect(fetch(url).then((answer) => answer.arrayBuffer())).rejects.toThrow()
    double.knobs.ignoreRange = true
    expect((await fetch(url, { headers: { range: 'bytes=10-19' } })).status).toBe(200)
    double.knobs.ignoreRange = false
    double.knobs.wrongContentRange = 'start'
    const wrong = await fetch(url, { headers: { range: 'bytes=10-19' } })
    expect(wrong.headers.get('content-range')).toBe('bytes 11-19/300000')
  })

  it('serve a registry’s manifest and blobs', async () => {
    const double = await startOllamaDouble({
      models: [{ name: 'library/m', tag: '1b', layers: [{ kind: 'model', bytes: WEIGHTS }] }],
    })
    open.push(double)
    const manifest = await (await fetch(`${double.origin}/v2/library/m/manifests/1b`)).json()
    expect(manifest).toMatchObject({ layers: [{ digest: `sha256:${SHA256}`, size: 300_000 }] })
    const blob = await fetch(`${double.origin}/v2/library/m/blobs/sha256:${SHA256}`)
    expect(blob.url.startsWith(double.cdnOrigin)).toBe(true)
    expect(Buffer.from(await blob.arrayBuffer()).equals(WEIGHTS)).toBe(true)
  })

  it('serve ModelScope’s files by query', async () => {
    const double = await startModelScopeDouble({
      repos: [{ id: 'Qwen/m', files: [{ path: 'm.gguf', bytes: WEIGHTS }] }],
    })
    open.push(double)
    const answer = await fetch(`${double.origin}/api/v1/models/Qwen/m/repo?Revision=master&FilePath=m.gguf`, {
      headers: { range: 'bytes=0-0' },
    })
    expect(answer.headers.get('content-range')).toBe('bytes 0-0/300000')
  })
})
