import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubRepo } from '../../shared/domain/hubs.ts'
import type { GgufFacts } from '../../shared/domain/models.ts'
import type { Http, Hub, HubCall } from './hub.ts'

export interface HeaderDeps {
  http: Http
  /** For the beginnings of files, each deleted at once. */
  folder: string
  /** Reads the header of a file of which only `fileBytes` of `sizeBytes` are there; null or an error: more is needed. */
  readHeader: (path: string, known: { fileBytes: number; sizeBytes: number }) => Promise<GgufFacts | null>
}

/** Keys come first; a long vocabulary stands before the last of them. */
const READS = [256 << 10, 2 << 20]

/** What the header of a repository's smallest whole quantization says, without fetching more than its beginning. */
export async function readHubFacts(
  deps: HeaderDeps,
  hub: Hub,
  repo: HubRepo,
  call: HubCall,
): Promise<GgufFacts | null> {
  const whole = repo.variants.filter(({ incomplete, sizeBytes }) => !incomplete && sizeBytes !== null)
  const smallest = whole.toSorted((left, right) => (left.sizeBytes ?? 0) - (right.sizeBytes ?? 0))[0]
  const file = smallest?.files[0]
  if (smallest === undefined || file === undefined || file.sizeBytes === null) return null
  const source = {
    hub: repo.model.hub,
    repo: repo.model.repo,
    revision: repo.revision,
    variant: smallest.id,
    url: repo.url,
  }
  const located = await hub.locate({ source }, { ...file, role: 'weights' }, call)
  await mkdir(deps.folder, { recursive: true })
  for (const wanted of READS) {
    const length = Math.min(wanted, file.sizeBytes)
    const bytes = await readStart(deps.http, located, length, call)
    if (bytes === null) return null
    const path = join(deps.folder, `${randomUUID()}.gguf`)
    try {
      await writeFile(path, bytes)
      const facts = await deps.readHeader(path, { fileBytes: bytes.byteLength, sizeBytes: file.sizeBytes })
      if (facts !== null) return facts
    } catch (error) {
      if (length === file.sizeBytes || wanted === READS.at(-1)) throw error
    } finally {
      await rm(path, { force: true })
    }
    if (length === file.sizeBytes) return null
  }
  return null
}

/** The first bytes of a file; null when it can't be had. A server that ignores ranges is stopped after them. */
async function readStart(
  http: Http,
  located: { url: string; headers: Record<string, string> },
  length: number,
  call: HubCall,
): Promise<Buffer | null> {
  const headers = { ...located.headers, range: `bytes=0-${length - 1}` }
  const answer = await http.request(located.url, { headers, signal: call.signal, silenceMs: 10_000 })
  const pieces: Buffer[] = []
  let got = 0
  try {
    if (answer.status !== 206 && answer.status !== 200) return null
    for await (const piece of answer.body) {
      const bytes = Buffer.from(piece)
      pieces.push(bytes)
      got += bytes.byteLength
      if (got >= length) break
    }
  } finally {
    answer.body.destroy()
  }
  return Buffer.concat(pieces).subarray(0, length)
}
