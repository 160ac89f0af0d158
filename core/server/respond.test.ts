import { describe, expect, it } from 'vitest'
import { AppError, ErrorCode, type ErrorInfo } from '../../shared/domain/errors.ts'
import { HttpRefusal } from './errors.ts'
import { errorResponse } from './respond.ts'

const error = (info: ErrorInfo) => new AppError(info)

describe('an error over HTTP', () => {
  it.each([
    ['context_overflow', 400, 'invalid_request_error', 'context_length_exceeded', null, null],
    ['model_not_found', 404, 'invalid_request_error', 'model_not_found', null, null],
    ['queue_full', 503, 'server_error', 'queue_full', '2', null],
    ['engine_crashed', 500, 'server_error', 'engine_crashed', null, 'false'],
    ['unauthorized', 401, 'authentication_error', 'invalid_api_key', null, null],
    ['forbidden', 403, 'permission_error', 'forbidden', null, null],
    ['model_name_taken', 409, 'invalid_request_error', 'model_name_taken', null, 'false'],
  ] as const)('%s is answered with %i', async (code, status, type, wireCode, retryAfter, shouldRetry) => {
    const response = errorResponse('/v1/x', error({ code, message: 'It broke.', suggestion: 'Mend it.' }))
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      error: { message: 'It broke. Mend it.', type, param: null, code: wireCode },
    })
    expect(response.headers.get('retry-after')).toBe(retryAfter)
    expect(response.headers.get('x-should-retry')).toBe(shouldRetry)
  })

  it('says how long to wait where that is known', () => {
    const wait = (data: NonNullable<ErrorInfo['data']>) =>
      errorResponse('/v1/x', error({ code: 'queue_full', message: 'x', data })).headers.get('retry-after')
    expect(wait({ retryAfterSeconds: 12.2 })).toBe('13')
    expect(wait({ retryAfterSeconds: 0 })).toBe('1')
    expect(wait({})).toBe('2')
  })

  it('never asks for a costly repetition, and never answers an error with success', () => {
    for (const code of ErrorCode.options) {
      const response = errorResponse('/v1/x', error({ code, message: 'x' }))
      expect(response.status, code).toBeGreaterThanOrEqual(400)
      const repeated = response.status === 409 || response.status === 429 || response.status >= 500
      const said = response.headers.get('x-should-retry') === 'false' || response.headers.get('retry-after') !== null
      expect(repeated && !said, code).toBe(false)
    }
  })

  it('names the parameter', async () => {
    const response = errorResponse(
      '/v1/x',
      error({ code: 'unsupported_parameter', message: 'x', data: { parameter: 'tools' } }),
    )
    expect(await response.json()).toMatchObject({ error: { param: 'tools', code: 'unsupported_parameter' } })
  })

  it('has the form of Ollama under /api', async () => {
    const response = errorResponse('/api/version', new HttpRefusal(405, 'No.', { allow: 'GET' }))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
    expect(await response.json()).toEqual({ error: 'No.' })
  })
})
