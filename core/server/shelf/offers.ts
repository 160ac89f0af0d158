import { stat } from 'node:fs/promises'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Model, ModelFile } from '../../../shared/domain/models.ts'
import type { ServerDeps } from '../deps.ts'
import { offeredTemplate } from './go-template.ts'
import { type Offer, type ShelfBlob, toOffer, type VerifiedFile } from './manifest.ts'
import { isSameName, isSameRepository, shelfName, type ShelfName } from './names.ts'

export type OfferDeps = Pick<ServerDeps, 'settings' | 'library' | 'hashFile' | 'trials' | 'log'>

/** What lies on the shelf: the chosen models whose files are what they should be. */
export interface Offers {
  /** Null when nothing is offered under that name. */
  find(wanted: ShelfName): Promise<Offer | null>
  blob(wanted: Omit<ShelfName, 'tag'>, digest: string): Promise<{ model: string; blob: ShelfBlob } | null>
}

export function createOffers(deps: OfferDeps): Offers {
  /** What was made of a model, for as long as neither it nor its files change. */
  const made = new Map<string, { key: string; offer: Promise<Offer | null> }>()

  function chosen(matches: (name: ShelfName) => boolean): Model[] {
    return deps.settings().shelf.models.flatMap((choice) => {
      const name = shelfName(choice)
      const model = name !== null && matches(name) ? deps.library.find(choice) : undefined
      return model && model.problem === null ? [model] : []
    })
  }

  async function offerOf(model: Model): Promise<Offer | null> {
    const files = filesOf(model)
    if (files === null) return null
    const stamps = await Promise.all(files.map((file) => stampOf(file)))
    const { defaults, licenceText, made: origin, facts } = model
    const key = JSON.stringify([files, stamps, defaults, licenceText, origin, facts.chatTemplate, facts.kind])
    const known = made.get(model.name)
    if (known?.key === key) return known.offer
    const offer = make(model, files).catch((error: unknown) => {
      deps.log.warn({ err: error, model: model.name }, 'a model of the shelf is not offered')
      return null
    })
    made.set(model.name, { key, offer })
    return offer
  }

  async function make(model: Model, files: readonly ModelFile[]): Promise<Offer> {
    const verified = await Promise.all(files.map((file) => verify(deps, model, file)))
    return toOffer(model, verified, await offeredTemplate(deps.trials, model))
  }

  return {
    async find(wanted) {
      const [model] = chosen((name) => isSameName(name, wanted))
      return model === undefined ? null : offerOf(model)
    },
    async blob(wanted, digest) {
      for (const model of chosen((name) => isSameRepository(name, wanted))) {
        const blob = (await offerOf(model))?.blobs.get(digest)
        if (blob) return { model: model.name, blob }
      }
      return null
    },
  }
}

/** Null for a model in several pieces, of which the protocol knows nothing. */
function filesOf({ files }: Model): ModelFile[] | null {
  if (files.filter(({ role }) => role === 'weights').length !== 1) return null
  return files.filter(({ role }) => role !== 'document')
}

async function stampOf({ path }: ModelFile): Promise<[size: number, mtimeMs: number] | null> {
  const stats = await stat(path).catch(() => null)
  return stats?.isFile() ? [stats.size, stats.mtimeMs] : null
}

/**
 * A file with its hash. One of our own that was not touched since it was compared is believed; every other is read.
 * @throws AppError `download_changed`, or the file system's error
 */
async function verify(
  { hashFile }: Pick<OfferDeps, 'hashFile'>,
  { addedAt }: Model,
  { path, sizeBytes, sha256, owned, role }: ModelFile,
): Promise<VerifiedFile> {
  const before = await stampOf({ path, sizeBytes, sha256, owned, role })
  const [size = null, mtimeMs = 0] = before ?? []
  const isKnown = owned && sha256 !== null && mtimeMs <= addedAt
  const found = isKnown ? sha256 : await hashFile(path, () => {})
  if (size !== sizeBytes || (sha256 !== null && sha256 !== found)) {
    throw new AppError({
      code: 'download_changed',
      message: `${path} is not what it was when it was added.`,
      suggestion: 'Check the files of the model.',
      data: { path },
    })
  }
  // Documents were left out before.
  return { path, sizeBytes, mtimeMs, sha256: found, role: role === 'document' ? 'adapter' : role }
}
