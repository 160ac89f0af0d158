import type { ServerRequest } from '../../../../shared/domain/server.ts'

/** A request of the list with what matters to a test. */
export function listedRequest(changes: Partial<ServerRequest> = {}): ServerRequest {
  return {
    id: 'r',
    startedAt: 0,
    method: 'POST',
    path: '/v1/chat/completions',
    model: 'smollm2:135m',
    status: 200,
    cancelled: false,
    promptTokens: null,
    completionTokens: null,
    tokensPerSecond: null,
    firstTokenMs: null,
    durationMs: null,
    error: null,
    keyName: null,
    kept: false,
    ...changes,
  }
}
