import { describe, expect, it } from 'vitest'
import { AppError, type ErrorInfo } from '../../../shared/domain/errors.ts'
import { blaming } from './blame.ts'

const names = { input: 'messages', form: 'response_format' }
const blamed = (info: Pick<ErrorInfo, 'code' | 'data'>, more = names) =>
  blaming(new AppError({ message: 'x', ...info }), more).data?.['parameter']

describe('an error of the core', () => {
  it.each<[Pick<ErrorInfo, 'code' | 'data'>, string | undefined]>([
    [{ code: 'context_overflow' }, 'messages'],
    [{ code: 'invalid_input' }, 'messages'],
    [{ code: 'constraint_invalid' }, 'response_format'],
    [{ code: 'model_cannot_rerank' }, 'model'],
    [{ code: 'invalid_input', data: { parameter: 'logitBias' } }, 'logit_bias'],
    [{ code: 'invalid_input', data: { parameter: 'sampling.topP' } }, 'top_p'],
    [{ code: 'invalid_input', data: { parameter: 'toolChoice' } }, 'tool_choice'],
    [{ code: 'unsupported_parameter', data: { parameter: 'infill' } }, 'suffix'],
    [{ code: 'unsupported_parameter', data: { parameter: 'echo' } }, 'echo'],
    [{ code: 'engine_crashed' }, undefined],
    [{ code: 'queue_full', data: { retryAfterSeconds: 5 } }, undefined],
  ])('%o blames %s', (info, parameter) => {
    expect(blamed(info)).toBe(parameter)
  })

  it('blames nothing where an API has no name for it, and keeps what it says', () => {
    expect(
      blaming(new AppError({ code: 'constraint_invalid', message: 'x' }), { input: 'prompt' }).data,
    ).toBeUndefined()
    const error = new AppError({
      code: 'context_overflow',
      message: 'Too long.',
      suggestion: 'Cut.',
      data: { tokens: 5 },
    })
    expect(blaming(error, names).toInfo()).toEqual({ ...error.toInfo(), data: { tokens: 5, parameter: 'messages' } })
  })
})
