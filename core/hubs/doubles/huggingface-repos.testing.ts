import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { hashOf, sizeOf, type Bytes } from './transfer.testing.ts'

export interface DoubleFile {
  path: string
  bytes: Bytes
  /** Large storage with a sha256 and the CDN; absent: everything from a megabyte, and every GGUF. */
  lfs?: boolean
  /** What the hub claims instead of the truth. */
  claims?: { size?: number; sha256?: string }
}

export interface DoubleRepo {
  /** `owner/name` */
  id: string
  files: DoubleFile[]
  gated?: false | 'auto' | 'manual'
  /** Only for accounts that were let in; others are told that it is not there. */
  private?: boolean
  downloads?: number
  likes?: number
  trendingScore?: number
  createdAt?: string
  lastModified?: string
  pipelineTag?: string
  tags?: string[]
  cardData?: Record<string, unknown>
  gguf?: { total?: number; architecture?: string; context_length?: number }
}

export interface StoredRepo extends DoubleRepo {
  /** Newest commit last. */
  commits: { sha: string; files: DoubleFile[] }[]
}

export interface DoubleAccount {
  user: string
  /** Gated and private repositories that it may read. */
  granted: string[]
}

/** Many repositories that hold nothing, for long lists. */
export function makeRepos(count: number): DoubleRepo[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `owner-${index % 97}/Model-${index}-GGUF`,
    files: [{ path: `model-${index}.Q4_K_M.gguf`, bytes: new Uint8Array(8) }],
    downloads: count - index,
    likes: index % 1000,
    trendingScore: count - index,
    tags: ['gguf', 'text-generation', 'license:apache-2.0', 'en'],
    pipelineTag: 'text-generation',
    gguf: { total: (1 + (index % 40)) * 500_000_000, architecture: 'llama', context_length: 8192 },
  }))
}

/** What a list and a page say of a repository. */
export function describe(repo: DoubleRepo) {
  return {
    _id: createHash('sha1').update(repo.id).digest('hex').slice(0, 24),
    id: repo.id,
    modelId: repo.id,
    author: repo.id.split('/')[0],
    createdAt: repo.createdAt ?? '2025-01-01T00:00:00.000Z',
    lastModified: repo.lastModified ?? '2025-06-01T00:00:00.000Z',
    private: repo.private ?? false,
    gated: repo.gated ?? false,
    disabled: false,
    downloads: repo.downloads ?? 0,
    likes: repo.likes ?? 0,
    trendingScore: repo.trendingScore ?? 0,
    ...(repo.pipelineTag ? { pipeline_tag: repo.pipelineTag } : {}),
    tags: repo.tags ?? ['gguf'],
    ...(repo.cardData ? { cardData: repo.cardData } : {}),
    ...(repo.gguf ? { gguf: repo.gguf } : {}),
  }
}

/** Bytes from which the double keeps a file in large storage, as it does every GGUF. */
const LFS_FROM = 1 << 20

/** Size and hashes as the hub tells them. A hash that is claimed spares reading the file, however large it is. */
export async function claims(file: DoubleFile) {
  const claimed = file.claims?.sha256
  if (claimed !== undefined) {
    const other = createHash('sha256').update(claimed).digest('hex')
    const size = file.claims?.size ?? (await sizeOf(file.bytes))
    return { size, sha256: claimed, sha1: other.slice(0, 40), xet: other }
  }
  const [size, sha256, xet] = await Promise.all([
    sizeOf(file.bytes),
    hashOf(file.bytes, 'sha256'),
    hashOf(file.bytes, 'sha256', 'xet'),
  ])
  const sha1 = await hashOf(file.bytes, 'sha1', `blob ${size}\0`)
  return { size: file.claims?.size ?? size, sha256, sha1, xet }
}

/** Whether a file lies in large storage. */
export function isLfs(file: DoubleFile, size: number): boolean {
  return file.lfs ?? (size >= LFS_FROM || file.path.toLowerCase().endsWith('.gguf'))
}

/** Whether the request takes gzip. */
export function wantsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
}

/** What `main` means. */
export function newestCommit(repo: StoredRepo) {
  const commit = repo.commits.at(-1)
  if (!commit) throw new Error(`${repo.id} has no commit`)
  return commit
}

/** A commit by its hash or as `main`. */
export function commitOf(repo: StoredRepo, revision: string) {
  return revision === 'main' ? newestCommit(repo) : repo.commits.find(({ sha }) => sha === revision)
}

/** A file as it was at a commit. */
export function fileAt(repo: StoredRepo, sha: string, path: string): DoubleFile | undefined {
  return commitOf(repo, sha)?.files.find((file) => file.path === path)
}

/** A repository that the test put there. */
export function knownRepo(repos: Map<string, StoredRepo>, id: string): StoredRepo {
  const repo = repos.get(id)
  if (!repo) throw new Error(`The double has no ${id}.`)
  return repo
}

/** A hash that no commit has yet. */
export function newCommit(): string {
  return randomBytes(20).toString('hex')
}
