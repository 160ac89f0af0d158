import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { noRouteFaults, noTransferFaults, type RouteKnobs, type TransferKnobs } from './knobs.testing.ts'
import { readBody, sendJson, startListening, type SeenRequest } from './listening.testing.ts'
import { spoiled } from './spoil.testing.ts'
import { hashOf, sendBytes, sizeOf, type Bytes } from './transfer.testing.ts'

export interface DoubleLayer {
  /** Last part of `application/vnd.ollama.image.…`. */
  kind: 'model' | 'projector' | 'adapter' | 'template' | 'system' | 'params' | 'license' | 'messages'
  bytes: Bytes
  /** What the manifest claims instead of the truth. */
  claims?: { size?: number; digest?: string }
}

export interface DoubleModel {
  /** `library/qwen2.5` */
  name: string
  tag: string
  layers: DoubleLayer[]
  config?: Record<string, unknown>
}

export type OllamaRoute = 'manifest' | 'blob' | 'cdn' | 'upload'

export interface OllamaKnobs extends TransferKnobs, RouteKnobs<OllamaRoute> {
  /** What needs a token of the realm. */
  requireToken: 'push' | 'everything' | 'nothing'
  /** Another host's realm, as a rogue registry names one. */
  realm: string | null
  /** Answer of a blob: 307 to the CDN as the registry, 302 as some, or the bytes themselves. */
  redirectStatus: 307 | 302 | null
  /** Each change makes all CDN URLs so far expired. */
  signatureEpoch: number
  /** Adds so many tiny layers to each manifest. */
  extraLayers: number
  /** Sends a part of an upload to the CDN with 307. */
  redirectUploads: boolean
}

export interface OllamaDouble {
  origin: string
  cdnOrigin: string
  knobs: OllamaKnobs
  requests: SeenRequest[]
  /** Puts another model under a tag. */
  put(model: DoubleModel): void
  /** Manifests that were pushed, by `name:tag`, and the blobs that are here, by digest. */
  pushed: Map<string, unknown>
  hasBlob(digest: string): boolean
  close(): Promise<void>
}

const EMPTY_SHA256 = createHash('sha256').update('').digest('hex')
const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

/** Ollama's registry on loopback: manifests and tokens on one port, blobs behind redirects on another. */
export async function startOllamaDouble(options: {
  models: DoubleModel[]
  knobs?: Partial<OllamaKnobs>
}): Promise<OllamaDouble> {
  const requests: SeenRequest[] = []
  const models = new Map(options.models.map((model) => [`${model.name}:${model.tag}`, model]))
  const blobs = new Map<string, Bytes>()
  const uploads = new Map<string, { pieces: Map<number, Buffer> }>()
  const pushed = new Map<string, unknown>()
  const tokens = new Set<string>()
  const knobs: OllamaKnobs = {
    ...noTransferFaults(),
    ...noRouteFaults<OllamaRoute>(),
    requireToken: 'push',
    realm: null,
    redirectStatus: 307,
    signatureEpoch: 0,
    extraLayers: 0,
    redirectUploads: false,
    ...options.knobs,
  }

  const cdn = await startListening('cdn', requests, async (request, response, url) => {
    if (spoiled('cdn', response, knobs, unknownError)) return
    if (request.headers.authorization !== undefined) {
      response.writeHead(400).end('Only one auth mechanism allowed')
      return
    }
    if (request.method === 'PUT') {
      await keepPart(request, response, url)
      return
    }
    const digest = url.pathname.split('/').at(-1) ?? ''
    const blob = blobs.get(digest)
    if (url.searchParams.get('epoch') !== String(knobs.signatureEpoch)) {
      response.writeHead(403).end('expired')
      return
    }
    if (!blob) {
      response.writeHead(404).end()
      return
    }
    await sendBytes(request, response, blob, knobs, { etag: `"${digest.slice(7, 39)}"` })
  })

  const registry = await startListening('hub', requests, async (request, response, url) => {
    if (url.pathname === '/token') {
      giveToken(request, response, url)
      return
    }
    const manifest = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname)
    if (manifest) {
      const [, name = '', tag = ''] = manifest
      await answerManifest(request, response, name, tag)
      return
    }
    const upload = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(url.pathname)
    if (upload) {
      const [, name = '', id = ''] = upload
      await answerUpload(request, response, url, name, id)
      return
    }
    const blob = /^\/v2\/(.+)\/blobs\/([^/]+)$/.exec(url.pathname)
    if (blob) {
      const [, name = '', digest = ''] = blob
      await answerBlob(request, response, name, digest)
      return
    }
    if (url.pathname === '/v2/' || url.pathname === '/') {
      sendJson(response, 200, {})
      return
    }
    response.writeHead(404).end('404 page not found')
  })

  function admitted(request: IncomingMessage, response: ServerResponse, scope: string, push: boolean): boolean {
    const needed = knobs.requireToken === 'everything' || (push && knobs.requireToken === 'push')
    const token = request.headers.authorization?.replace(/^Bearer /, '')
    if (!needed || (token !== undefined && tokens.has(token))) return true
    const realm = knobs.realm ?? `${registry.origin}/token`
    sendJson(response, 401, errors('UNAUTHORIZED', 'authentication required'), {
      'www-authenticate': `Bearer realm="${realm}",service="registry",scope="${scope}"`,
    })
    return false
  }

  function giveToken(request: IncomingMessage, response: ServerResponse, url: URL) {
    const [key = '', signature = ''] = (request.headers.authorization ?? '').split(':')
    const signed = `GET,${registry.origin}${url.pathname}${url.search},${Buffer.from(EMPTY_SHA256).toString('base64')}`
    const fresh = Math.abs(Date.now() / 1000 - Number(url.searchParams.get('ts'))) < 3600
    if (!fresh || !url.searchParams.get('nonce') || !verifies(key, signature, signed)) {
      sendJson(response, 401, errors('UNAUTHORIZED', 'bad signature'))
      return
    }
    const token = randomBytes(12).toString('hex')
    tokens.add(token)
    sendJson(response, 200, { token })
  }

  async function answerManifest(request: IncomingMessage, response: ServerResponse, name: string, tag: string) {
    if (request.method === 'PUT') {
      if (!admitted(request, response, `repository:${name}:pull,push`, true)) return
      const body: unknown = JSON.parse((await readBody(request)).toString())
      pushed.set(`${name}:${tag}`, body)
      response.writeHead(201).end()
      return
    }
    if (spoiled('manifest', response, knobs, unknownError)) return
    if (!admitted(request, response, `repository:${name}:pull`, false)) return
    const model = models.get(`${name}:${tag}`)
    if (!model) {
      sendJson(response, 404, errors('MANIFEST_UNKNOWN', 'manifest unknown'))
      return
    }
    const text = JSON.stringify(await manifestOf(model))
    const bytes = Buffer.from(knobs.halfAnswer.manifest ? text.slice(0, text.length / 2) : text)
    response.writeHead(200, { 'content-type': MANIFEST_TYPE, 'content-length': String(bytes.byteLength) })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }

  async function manifestOf(model: DoubleModel) {
    const layers: { mediaType: string; digest: string; size: number }[] = []
    for (const layer of model.layers) {
      const digest = `sha256:${await hashOf(layer.bytes, 'sha256')}`
      blobs.set(digest, layer.bytes)
      layers.push({
        mediaType: `application/vnd.ollama.image.${layer.kind}`,
        digest: layer.claims?.digest ?? digest,
        size: layer.claims?.size ?? (await sizeOf(layer.bytes)),
      })
    }
    for (let index = 0; index < knobs.extraLayers; index += 1) {
      const bytes = Buffer.from(`layer ${index}`)
      const digest = `sha256:${await hashOf(bytes, 'sha256')}`
      blobs.set(digest, bytes)
      layers.push({ mediaType: 'application/vnd.ollama.image.license', digest, size: bytes.byteLength })
    }
    const config = Buffer.from(
      JSON.stringify(
        model.config ?? { model_format: 'gguf', model_family: 'llama', model_type: '3.1B', file_type: 'Q4_K_M' },
      ),
    )
    const digest = `sha256:${await hashOf(config, 'sha256')}`
    blobs.set(digest, config)
    return {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest, size: config.byteLength },
      layers,
    }
  }

  async function answerBlob(request: IncomingMessage, response: ServerResponse, name: string, digest: string) {
    if (spoiled('blob', response, knobs, unknownError)) return
    if (!admitted(request, response, `repository:${name}:pull`, false)) return
    for (const model of models.values()) if (model.name === name && !blobs.has(digest)) await manifestOf(model)
    const blob = blobs.get(digest)
    if (!blob) {
      sendJson(response, 404, errors('BLOB_UNKNOWN', 'blob unknown to registry'))
      return
    }
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-length': String(await sizeOf(blob)), 'docker-content-digest': digest })
      response.end()
      return
    }
    if (knobs.redirectStatus === null) {
      await sendBytes(request, response, blob, knobs)
      return
    }
    const location = `${cdn.origin}/blobs/${digest}?epoch=${knobs.signatureEpoch}`
    response.writeHead(knobs.redirectStatus, { location, 'content-length': '0' })
    response.end()
  }

  async function answerUpload(request: IncomingMessage, response: ServerResponse, url: URL, name: string, id: string) {
    if (spoiled('upload', response, knobs, unknownError)) return
    if (!admitted(request, response, `repository:${name}:pull,push`, true)) return
    if (request.method === 'POST') {
      const upload = randomBytes(8).toString('hex')
      uploads.set(upload, { pieces: new Map() })
      response.writeHead(202, { location: `${registry.origin}/v2/${name}/blobs/uploads/${upload}?state=0` })
      response.end()
      return
    }
    const upload = uploads.get(id)
    if (!upload) {
      sendJson(response, 404, errors('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry'))
      return
    }
    const first = Number(/^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '')?.[1] ?? 0)
    const next = `${registry.origin}/v2/${name}/blobs/uploads/${id}?state=${randomBytes(4).toString('hex')}`
    if (request.method === 'PATCH' && knobs.redirectUploads) {
      await readBody(request)
      const location = `${cdn.origin}/uploads/${id}?offset=${first}`
      response.writeHead(307, { location, 'docker-upload-location': next, 'content-length': '0' })
      response.end()
      return
    }
    if (request.method === 'PATCH') {
      upload.pieces.set(first, await readBody(request))
      response.writeHead(202, { location: next, 'content-length': '0' })
      response.end()
      return
    }
    await readBody(request)
    const ordered = [...upload.pieces].toSorted(([left], [right]) => left - right)
    const whole = Buffer.concat(ordered.map(([, piece]) => piece))
    const digest = `sha256:${createHash('sha256').update(whole).digest('hex')}`
    if (url.searchParams.get('digest') !== digest) {
      sendJson(response, 400, errors('DIGEST_INVALID', 'provided digest did not match uploaded content'))
      return
    }
    blobs.set(digest, whole)
    uploads.delete(id)
    response.writeHead(201, { location: `${registry.origin}/v2/${name}/blobs/${digest}`, 'content-length': '0' })
    response.end()
  }

  async function keepPart(request: IncomingMessage, response: ServerResponse, url: URL) {
    const upload = uploads.get(url.pathname.split('/').at(-1) ?? '')
    const body = await readBody(request)
    upload?.pieces.set(Number(url.searchParams.get('offset')), body)
    response.writeHead(upload ? 200 : 404, { 'content-length': '0' })
    response.end()
  }

  return {
    origin: registry.origin,
    cdnOrigin: cdn.origin,
    knobs,
    requests,
    put: (model) => void models.set(`${model.name}:${model.tag}`, model),
    pushed,
    hasBlob: (digest) => blobs.has(digest),
    async close() {
      await Promise.all([registry.close(), cdn.close()])
    },
  }
}

function errors(code: string, message: string) {
  return { errors: [{ code, message, detail: {} }] }
}

function unknownError(message: string) {
  return errors('UNKNOWN', message)
}

/** Whether an OpenSSH ed25519 key, as base64 of its wire form, signed the text. */
function verifies(key: string, signature: string, text: string): boolean {
  const raw = Buffer.from(key, 'base64').subarray(-32)
  if (raw.byteLength !== 32) return false
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))
}
