import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { createHashSessions, type HashRequest } from './hash-sessions.ts'

/** Entry of the thread that hashes downloads. */
standBack()
const receive = createHashSessions((answer) => parentPort?.postMessage(answer))
parentPort?.on('message', (request: HashRequest) => receive(request))

/** The window goes first. Only Linux lets a thread have a priority of its own, by its number. */
function standBack(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (thread > 0) setPriority(thread, constants.priority.PRIORITY_LOW)
  } catch {
    // Another system, or one that hides it: everything goes on as it is.
  }
}
