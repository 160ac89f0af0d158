import { parentPort, workerData } from 'node:worker_threads'
import { createRenderer, type RendererRequest, type RendererSetup } from './renderer.ts'

/** Entry of the thread that renders chat templates, which come from strangers and may never end. */
const answer = createRenderer(workerData as RendererSetup) // what template-thread.ts sends
parentPort?.on('message', (request: RendererRequest) => parentPort?.postMessage(answer(request)))
parentPort?.postMessage('ready')
