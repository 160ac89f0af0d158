import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError } from '../../../shared/domain/errors.ts'
import { refused } from '../http/ask-json.ts'
import { answerInvalid, redirectRefused } from '../http/network-errors.ts'
import { safeRedirect } from '../http/safe-redirect.ts'
import type { Http, HttpAnswer, HttpOptions } from '../hub.ts'
import { isRegistryRepo, nameInvalid } from '../names.ts'
import { CONFIG_TYPE, MANIFEST_TYPE, mediaTypeOf } from './manifest.ts'
import { createRegistry, registryRefusal } from './registry.ts'
import type { SignText } from './registry-key.ts'

/** A layer to push: a file, or text. */
export interface PushedLayer {
  /** `model`, `template`, `params`, … */
  kind: string
  content: { path: string; sizeBytes: number; sha256: string } | { text: string }
}

export interface PushRequest {
  /** `ns/model` */
  repo: string
  tag: string
  layers: PushedLayer[]
  config: Record<string, unknown>
  signal?: AbortSignal | undefined
  /** Bytes of a layer that the registry has now, by its digest. */
  onProgress?: (digest: string, sentBytes: number, sizeBytes: number) => void
}

const PART_BYTES = 64 << 20

interface Blob {
  mediaType: string
  sha256: string
  size: number
  /** Bytes from `start` up to `end`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/**
 * Sends a model to a registry: each blob that it does not have yet, in parts, and the manifest last. Nothing is
 * published before all of it is there. Protocol: Ollama's client, `server/upload.go`.
 */
export function createPush(deps: { http: Http; endpoint: () => string; sign: SignText; now: () => number }) {
  const registry = createRegistry(deps.http, deps.sign, deps.now)

  return async (request: PushRequest): Promise<void> => {
    const { repo, tag, signal } = request
    if (!isRegistryRepo(repo) || repo.split('/').length !== 2 || !/^\w[\w.-]{0,127}$/.test(tag))
      throw nameInvalid(`${repo}:${tag}`)
    const origin = deps.endpoint()
    const { host } = new URL(origin)
    const ask = async (address: string, options: HttpOptions, good: number[]): Promise<HttpAnswer> => {
      const answer = await registry.request(address, { ...options, signal })
      if (good.includes(answer.status)) {
        answer.body.resume()
        return answer
      }
      throw refused(answer, await answer.text(64 << 10), host, registryRefusal(host, repo))
    }
    const layers = await Promise.all(request.layers.map(toBlob))
    const config = await toBlob({ kind: CONFIG_TYPE, content: { text: JSON.stringify(request.config) } })
    for (const blob of [...layers, { ...config, mediaType: CONFIG_TYPE }]) await sendBlob(blob)
    const describe = ({ mediaType, sha256, size }: Blob) => ({ mediaType, digest: `sha256:${sha256}`, size })
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { ...describe(config), mediaType: CONFIG_TYPE },
      layers: layers.map(describe),
    }
    const options = {
      method: 'PUT',
      headers: { 'content-type': MANIFEST_TYPE },
      body: JSON.stringify(manifest),
    } as const
    await ask(`${origin}/v2/${repo}/manifests/${tag}`, options, [200, 201, 202])

    async function sendBlob(blob: Blob): Promise<void> {
      const digest = `sha256:${blob.sha256}`
      const there = await ask(`${origin}/v2/${repo}/blobs/${digest}`, { method: 'HEAD' }, [200, 307, 404])
      if (there.status !== 404) {
        request.onProgress?.(digest, blob.size, blob.size)
        return
      }
      const started = await ask(`${origin}/v2/${repo}/blobs/uploads/`, { method: 'POST' }, [200, 201, 202])
      if (started.status === 201) return
      let next = nextAddress(started, origin)
      const parts: string[] = []
      for (let start = 0; start < blob.size || start === 0; start += PART_BYTES) {
        const end = Math.min(blob.size, start + PART_BYTES)
        const bytes = await blob.read(start, end)
        next = await sendPart(next, bytes, start)
        parts.push(createHash('md5').update(bytes).digest('hex'))
        request.onProgress?.(digest, end, blob.size)
      }
      const last = new URL(next)
      last.searchParams.set('digest', digest)
      last.searchParams.set('etag', `${createHash('md5').update(parts.join('')).digest('hex')}-${parts.length}`)
      await ask(
        last.href,
        { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: '' },
        [200, 201, 202],
      )
    }

    /** Sends one part and gives the address of the next. */
    async function sendPart(address: string, bytes: Uint8Array, start: number): Promise<string> {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `${start}-${start + bytes.byteLength - 1}`,
        'x-redirect-uploads': '1',
      }
      const answer = await ask(address, { method: 'PATCH', headers, body: bytes }, [200, 201, 202, 204, 307])
      if (answer.status !== 307) return nextAddress(answer, address)
      const target = await safeRedirect(address, answer.header('location') ?? '')
      const options = {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
        signal,
      } as const
      const stored = await deps.http.request(target.href, options)
      const text = await stored.text(64 << 10)
      if (stored.status >= 300) throw refused(stored, text, target.host, () => null)
      return nextAddress(answer, address)
    }
  }
}

/** Where the upload goes on; only at the registry itself, which alone gets the token. */
function nextAddress(answer: HttpAnswer, from: string): string {
  const location = answer.header('docker-upload-location') ?? answer.header('location')
  const { host, protocol } = new URL(from)
  if (location === null || !URL.canParse(location, from)) throw answerInvalid(host)
  const next = new URL(location, from)
  if (next.host !== host || next.protocol !== protocol) throw redirectRefused(host)
  return next.href
}

async function toBlob({ kind, content }: PushedLayer): Promise<Blob> {
  const mediaType = mediaTypeOf(kind)
  if ('text' in content) {
    const bytes = Buffer.from(content.text)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { mediaType, sha256, size: bytes.byteLength, read: async (start, end) => bytes.subarray(start, end) }
  }
  const { path, sizeBytes, sha256 } = content
  await checkHash(path, sha256)
  return { mediaType, sha256, size: sizeBytes, read: (start, end) => readPart(path, start, end) }
}

/** What is published must be what was downloaded. */
async function checkHash(path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece)
  if (hash.digest('hex') === sha256) return
  throw new AppError({
    code: 'hash_mismatch',
    message: `${path} is no longer the file that it was.`,
    suggestion: 'Check the model’s files in the library.',
    data: { file: path },
  })
}

async function readPart(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
