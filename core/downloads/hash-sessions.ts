import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

/** What is asked of the hashing side. */
export type HashRequest =
  | { type: 'open'; id: number; path: string }
  /** The first `to` bytes are written. */
  | { type: 'advance'; id: number; to: number }
  /** The hash of the first `size` bytes, which are all written. */
  | { type: 'digest'; id: number; size: number }
  | { type: 'close'; id: number }

export type HashAnswer =
  | { type: 'digest'; id: number; sha256: string }
  | { type: 'failed'; id: number; message: string; code: string | null }

const SLICE_BYTES = 1 << 20

interface Session {
  file: number | null
  path: string
  hash: Hash
  at: number
  to: number
  size: number | null
  /** Said once the digest is asked for. */
  failure: HashAnswer | null
}

/**
 * Hashes files behind those who write them: it reads what was just written, which is still in memory. Works in
 * slices, so that a request is heard meanwhile and files take turns.
 */
export function createHashSessions(answer: (answer: HashAnswer) => void): (request: HashRequest) => void {
  const sessions = new Map<number, Session>()
  const buffer = Buffer.allocUnsafe(SLICE_BYTES)
  let scheduled = false

  function schedule() {
    if (scheduled) return
    scheduled = true
    setImmediate(turn)
  }
  function turn() {
    scheduled = false
    let more = false
    for (const [id, session] of sessions) {
      try {
        if (!session.failure && work(id, session)) more = true
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : null
        const message = error instanceof Error ? error.message : String(error)
        session.failure = { type: 'failed', id, message, code }
      }
      if (session.failure && session.size !== null) {
        answer(session.failure)
        drop(id)
      }
    }
    if (more) schedule()
  }
  /** Whether there is more to do at once. */
  function work(id: number, session: Session): boolean {
    if (session.at < session.to) {
      session.file ??= openSync(session.path, 'r')
      const wanted = Math.min(SLICE_BYTES, session.to - session.at)
      const read = readSync(session.file, buffer, 0, wanted, session.at)
      if (read === 0) throw new Error(`${session.path} ends at ${session.at}`)
      session.hash.update(buffer.subarray(0, read))
      session.at += read
    }
    if (session.at === session.size) {
      answer({ type: 'digest', id, sha256: session.hash.digest('hex') })
      drop(id)
      return false
    }
    return session.at < session.to
  }
  function drop(id: number) {
    const file = sessions.get(id)?.file ?? null
    if (file !== null) closeSync(file)
    sessions.delete(id)
  }

  return (request) => {
    if (request.type === 'open') {
      const { id, path } = request
      sessions.set(id, { file: null, path, hash: createHash('sha256'), at: 0, to: 0, size: null, failure: null })
      return
    }
    const session = sessions.get(request.id)
    if (!session) return
    if (request.type === 'close') return drop(request.id)
    if (request.type === 'advance') session.to = Math.max(session.to, request.to)
    else {
      session.size = request.size
      session.to = request.size
    }
    schedule()
  }
}
