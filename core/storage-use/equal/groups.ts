import type { EqualFiles } from '../../../shared/domain/storage.ts'
import { inodeOf } from '../files.ts'
import type { Candidate } from './candidates.ts'
import type { OneCopyRecord } from './records.ts'

/** A file whose bytes are known. */
export type Hashed = Candidate & { sha256: string }

/** Paths whose bytes lie on the disk only once. */
interface Copy {
  device: string
  files: Hashed[]
  /** At least one of its paths is another's. */
  foreign: boolean
}

/** Tells which files have their bytes in one place: by inode, and clones that we made, which have inodes of their own. */
export function createSharing(records: readonly OneCopyRecord[]): (file: Candidate) => string {
  const clones = new Map<string, string>()
  for (const record of records) {
    if (record.how !== 'reflink') continue
    const place = `clone:${record.sha256}`
    clones.set(inodeOf(record.keeper), place)
    for (const { after } of record.files) if (after) clones.set(inodeOf(after), place)
  }
  return ({ stats }) => {
    const inode = inodeOf(stats)
    return clones.has(inode) ? `${stats.dev}:${clones.get(inode)}` : inode
  }
}

/** What one copy of these equal files would mean. */
export function describeEqual(files: readonly Hashed[], sharing: (file: Candidate) => string): EqualFiles | null {
  const [first] = files
  if (!first) return null
  const copies = copiesOf(files, sharing)
  const joinable = byDevice(copies).filter((onDevice) => onDevice.length > 1)
  if (joinable.length === 0) return null
  const shared = new Set(copies.filter((copy) => copy.files.length > 1).flatMap((copy) => copy.files))
  return {
    sha256: first.sha256,
    sizeBytes: first.stats.size,
    files: files.map((file) => ({ path: file.path, owner: file.owner, shared: shared.has(file) })),
    regainBytes: joinable.reduce((sum, onDevice) => sum + (onDevice.length - 1) * first.stats.size, 0),
    touchesOthers: joinable.some((onDevice) => onDevice.filter((copy) => copy.foreign).length > 1),
  }
}

/** One file that stays, and those that become links to it; all on one drive. */
export interface LinkPlan {
  keeper: Hashed
  /** Copies, each with all of its paths: the space comes back when the last one is replaced. */
  replaced: Hashed[][]
}

/**
 * What to replace so that one copy is left on each drive. What another program keeps is the copy that stays, so that
 * only our own files change; further copies of others change only with `touchOthers`.
 */
export function planLinks(
  files: readonly Hashed[],
  sharing: (file: Candidate) => string,
  touchOthers: boolean,
): LinkPlan[] {
  return byDevice(copiesOf(files, sharing)).flatMap((onDevice) => {
    const [kept, ...rest] = onDevice.toSorted((a, b) => Number(b.foreign) - Number(a.foreign))
    const keeper = kept?.files[0]
    const replaced = rest.filter((copy) => touchOthers || !copy.foreign).map((copy) => copy.files)
    return keeper && replaced.length > 0 ? [{ keeper, replaced }] : []
  })
}

function copiesOf(files: readonly Hashed[], sharing: (file: Candidate) => string): Copy[] {
  const copies = new Map<string, Copy>()
  for (const file of files) {
    const place = sharing(file)
    const copy = copies.get(place) ?? { device: file.stats.dev, files: [], foreign: false }
    copy.files.push(file)
    copy.foreign ||= file.owner !== 'hearth'
    copies.set(place, copy)
  }
  return [...copies.values()]
}

function byDevice(copies: readonly Copy[]): Copy[][] {
  const devices = new Map<string, Copy[]>()
  for (const copy of copies) devices.set(copy.device, [...(devices.get(copy.device) ?? []), copy])
  return [...devices.values()]
}
