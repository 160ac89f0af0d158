import { parentPort } from 'node:worker_threads'
import { createHashSessions, type HashRequest } from './hash-sessions.ts'

/** Entry of the thread that hashes downloads. */
const receive = createHashSessions((answer) => parentPort?.postMessage(answer))
parentPort?.on('message', (request: HashRequest) => receive(request))
