import { AppError } from '../../shared/domain/errors.ts'
import type { ProbeReply, ProbeRequest } from '../../shared/process/probe.ts'
import type { Host } from './host.ts'

/** How a throwaway process ended that did not answer. */
export class ProbeLostError extends AppError {
  readonly how: 'crashed' | 'hung'
  constructor(how: 'crashed' | 'hung', detail: string) {
    super({ code: 'probe_failed', message: detail })
    this.how = how
  }
}

/**
 * Asks a throwaway process one thing, and ends it.
 *
 * @throws AppError what the probe answered; ProbeLostError when it died or did not answer within `timeoutMs`
 */
export async function askProbe<T extends ProbeReply['type']>(
  host: Host,
  request: ProbeRequest & { type: T },
  timeoutMs: number,
): Promise<Extract<ProbeReply, { type: T }>> {
  const child = host.spawn<ProbeRequest, ProbeReply>('probe', { UV_THREADPOOL_SIZE: '1' })
  let timer: NodeJS.Timeout | undefined
  try {
    const reply = await new Promise<ProbeReply>((resolve, reject) => {
      child.channel.onMessage(resolve)
      void child.exited.then((code) => reject(new ProbeLostError('crashed', `The process ended with code ${code}.`)))
      timer = setTimeout(() => reject(new ProbeLostError('hung', `No answer within ${timeoutMs} ms.`)), timeoutMs)
      child.channel.post(request)
    })
    if (reply.type === 'error') throw new AppError(reply.error)
    if (reply.type !== request.type) throw new ProbeLostError('crashed', 'The process answered something else.')
    // The type was just compared.
    return reply as Extract<ProbeReply, { type: T }>
  } finally {
    clearTimeout(timer)
    child.kill()
  }
}
