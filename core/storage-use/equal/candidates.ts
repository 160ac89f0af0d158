import { realpath } from 'node:fs/promises'
import type { EqualFiles, OtherApp } from '../../../shared/domain/storage.ts'
import type { ModelsHere } from '../deps.ts'
import { type FileStats, statOrNull } from '../files.ts'
import type { Found } from '../others/finder.ts'

/** A model file that may have an equal somewhere. */
export interface Candidate {
  /** As its owner knows it. */
  path: string
  /** With links resolved: the file that would be replaced. */
  real: string
  /** Under which the library knows it; its hashes are remembered there. */
  libraryPath: string | null
  owner: EqualFiles['files'][number]['owner']
  stats: FileStats
  /** As far as known without reading it. */
  sha256: string | null
}

/** Files of the library and of other programs; each once, links resolved. What shipped with Hearth is left alone. */
export async function listCandidates(models: ModelsHere, others: readonly Found[]): Promise<Candidate[]> {
  const byPath = new Map<string, Candidate>()
  const add = async (
    path: string,
    owner: Candidate['owner'],
    known: { sha256: string | null; sizeBytes: number; inLibrary: boolean },
  ) => {
    const real = await realpath(path).catch(() => null)
    const stats = real === null ? null : await statOrNull(real)
    if (real === null || !stats?.isFile() || stats.size === 0) return
    // A hash of another size is one of an older file.
    const sha256 = known.sizeBytes === stats.size ? known.sha256 : null
    const before = byPath.get(real)
    byPath.set(real, {
      path: before?.path ?? path,
      real,
      libraryPath: before?.libraryPath ?? (known.inLibrary ? path : null),
      owner: before ? nearer(before.owner, owner) : owner,
      stats,
      sha256: before?.sha256 ?? sha256,
    })
  }
  for (const model of models.list()) {
    if (model.origin === 'starter') continue
    for (const file of model.files) await add(file.path, file.owned ? 'hearth' : 'folder', { ...file, inLibrary: true })
  }
  for (const found of others) await add(found.path, found.app, { ...found, inLibrary: false })
  return [...byPath.values()]
}

/** Of two who know a file: the program that keeps it, before ourselves, before a folder that nobody keeps. */
function nearer(a: OtherApp | 'hearth', b: OtherApp | 'hearth'): OtherApp | 'hearth' {
  if (a === 'folder') return b
  if (a === 'hearth' && b !== 'folder') return b
  return a
}
