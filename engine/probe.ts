import { toErrorInfo } from '../shared/domain/errors.ts'
import type { ProbeReply, ProbeRequest } from '../shared/process/probe.ts'
import { readModel } from './gguf/read-model.ts'
import { connectHost } from './host-channel.ts'

/** Time for the answer to leave, should the host not end this process first. */
const farewellMs = 500

const host = await connectHost<ProbeReply, ProbeRequest>()

host.onMessage((request) => {
  void answer(request)
    .catch((error: unknown): ProbeReply => ({ type: 'error', error: toErrorInfo(error) }))
    .then((reply) => {
      host.post(reply)
      setTimeout(() => process.exit(0), farewellMs)
    })
})

async function answer(request: ProbeRequest): Promise<ProbeReply> {
  switch (request.type) {
    case 'gguf':
      return { type: 'gguf', ...(await readModel(request.path, request.partial?.sizeBytes)) }
    // Loaded only when asked for, because a file's header is read without them.
    case 'cpu':
      return { type: 'cpu', cpu: await (await import('./probe-cpu.ts')).probeCpu() }
    case 'backend':
      return { type: 'backend', probe: await (await import('./probe-backend.ts')).probeBackend(request.backend) }
    case 'check':
      return { type: 'check', findings: await (await import('./probe-check.ts')).checkModel(request) }
    case 'template':
      return { type: 'template', ...(await (await import('./probe-template.ts')).previewTemplate(request)) }
    case 'bandwidth': {
      const { measureBandwidth } = await import('./probe-bandwidth.ts')
      return { type: 'bandwidth', bytesPerSecond: await measureBandwidth(request.threads, request.bytes) }
    }
  }
}
