import { toErrorInfo } from '../shared/domain/errors.ts'
import type { ProbeReply, ProbeRequest } from '../shared/process/probe.ts'
import { factsOf } from './gguf/facts.ts'
import { readGgufHeader } from './gguf/header.ts'
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
    case 'gguf': {
      const header = await readGgufHeader(request.path)
      return { type: 'gguf', facts: factsOf(header), sizeBytes: header.sizeBytes }
    }
    // Loaded only when asked for, because a file's header is read without either.
    case 'cpu':
      return { type: 'cpu', cpu: await (await import('./probe-cpu.ts')).probeCpu() }
    case 'backend':
      return { type: 'backend', probe: await (await import('./probe-backend.ts')).probeBackend(request.backend) }
  }
}
