import { MANIFEST_TYPE } from '../../hubs/ollama/manifest.ts'
import { within } from '../answering/within.ts'
import type { Route, ServerContext } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import type { Jobs } from '../jobs.ts'
import { createOffers, type OfferDeps } from './offers.ts'
import { sendBlob } from './send-blob.ts'

/** A client waits so long for a file that must be read before it is offered. */
const CHECKING_MS = 20_000
const VERSION = { 'docker-distribution-api-version': 'registry/2.0' }

/** The read side of a registry: chosen models, for every Ollama and Hearth of the network. */
export function shelfRoutes({ deps, jobs }: { deps: OfferDeps; jobs: Jobs }): Route[] {
  const offers = createOffers(deps)
  const wanted = (c: ServerContext) => ({
    namespace: c.req.param('namespace') ?? '',
    name: c.req.param('name') ?? '',
  })
  const unknown = (c: ServerContext) => new HttpRefusal(404, `${c.req.path.slice(0, 200)} is not offered here.`)

  const root = (c: ServerContext) => {
    assertOpen(deps)
    return c.json({}, 200, VERSION)
  }
  const manifest = async (c: ServerContext) => {
    assertOpen(deps)
    const offer = await inTime(offers.find({ ...wanted(c), tag: c.req.param('tag') ?? '' }))
    if (offer === null || c.get('models').own(offer.model) === undefined) throw unknown(c)
    c.get('record').setModel(offer.model)
    const headers = {
      ...VERSION,
      'content-type': MANIFEST_TYPE,
      'content-length': String(offer.manifest.byteLength),
      'docker-content-digest': offer.digest,
      etag: `"${offer.digest}"`,
    }
    return new Response(c.req.method === 'HEAD' ? null : Uint8Array.from(offer.manifest), { headers })
  }
  const blob = async (c: ServerContext) => {
    assertOpen(deps)
    const digest = c.req.param('digest') ?? ''
    const found = await inTime(offers.blob(wanted(c), digest))
    if (found === null || c.get('models').own(found.model) === undefined) throw unknown(c)
    c.get('record').setModel(found.model)
    return sendBlob(c, jobs, digest, found.blob)
  }

  return [
    { path: '/v2/', scope: 'inference', methods: { GET: root } },
    { path: '/v2/:namespace/:name/manifests/:tag', scope: 'inference', methods: { GET: manifest } },
    { path: '/v2/:namespace/:name/blobs/:digest', scope: 'inference', methods: { GET: blob } },
  ]
}

/** While the shelf is closed there is nothing, whatever is asked. */
function assertOpen({ settings }: Pick<ServerDeps, 'settings'>): void {
  if (!settings().shelf.enabled) throw new HttpRefusal(404, 'This server offers no models.')
}

/** @throws HttpRefusal 503 while a large file is read */
async function inTime<T extends object>(found: Promise<T | null>): Promise<T | null> {
  const done = found.then((value) => ({ value }))
  const result = await within(done, CHECKING_MS)
  if (result !== null) return result.value
  throw new HttpRefusal(503, 'The files of this model are being checked. Try again soon.', { 'retry-after': '15' })
}
