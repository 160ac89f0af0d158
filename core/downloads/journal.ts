import { z } from 'zod'
import { HubId } from '../../shared/domain/hubs.ts'
import type { Disk } from './disk.ts'

/** What is known of a part, beside it as `<file>.part.json`. It claims no byte that a power cut could take. */
export const Journal = z.object({
  app: z.literal('hearth'),
  /** The canonical place, never a signed URL. */
  source: z.object({ hub: HubId, repo: z.string(), revision: z.string(), path: z.string() }),
  sizeBytes: z.int().min(0),
  sha256: z.string().nullable(),
  doneRanges: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
})
export type Journal = z.infer<typeof Journal>

export const partPath = (target: string) => `${target}.part`
export const journalPath = (target: string) => `${target}.part.json`
export const lockPath = (target: string) => `${target}.part.lock`

/** The journal of a target; null when there is none, or one that makes no sense. */
export async function readJournal(disk: Disk, target: string): Promise<Journal | null> {
  const text = await disk.read(journalPath(target))
  if (text === null) return null
  try {
    return Journal.parse(JSON.parse(text))
  } catch {
    // Not ours, or damaged: nothing it says can be trusted.
    return null
  }
}

/** Whether two journals speak of the same bytes: by hash where both know it, else by place and size. */
export function sameContent(left: Omit<Journal, 'doneRanges'>, right: Omit<Journal, 'doneRanges'>): boolean {
  if (left.sizeBytes !== right.sizeBytes) return false
  if (left.sha256 !== null && right.sha256 !== null) return left.sha256 === right.sha256
  const place = ({ source }: Omit<Journal, 'doneRanges'>) =>
    JSON.stringify([source.hub, source.repo, source.revision, source.path])
  return left.sha256 === right.sha256 && place(left) === place(right)
}
