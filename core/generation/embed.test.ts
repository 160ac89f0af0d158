import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { EnginePool } from '../engines/pool.ts'
import { modelFixture } from '../models/model.testing.ts'
import { createEmbedding, createRerank } from './embed.ts'
import { createReadAhead } from './read-ahead.ts'

const actor: Actor = { ownerId: 'local', door: 'http', access: 'remote' }
const library = {
  get(name: string) {
    if (name !== 'a') throw new AppError({ code: 'model_not_found', message: `no ${name}` })
    return modelFixture({ name: 'a:latest' })
  },
}
const waited = { queueMs: 1, loadMs: 2 }

describe('embeddings and ranks', () => {
  it('come from the model that the name means, with what they cost', async () => {
    const seen: unknown[] = []
    const pool: Pick<EnginePool, 'embed' | 'rerank'> = {
      embed: async (_model, asked, options) => {
        seen.push(asked, options)
        return { done: { vectors: [[1], [0]], tokens: 5 }, ...waited }
      },
      rerank: async () => ({ done: { scores: [0.2], tokens: 3 }, ...waited }),
    }
    const embed = createEmbedding({ library, pool })
    expect(await embed({ model: 'a', inputs: ['x', [1, 2]], keepAliveSeconds: 0, actor })).toEqual({
      model: 'a:latest',
      vectors: [[1], [0]],
      tokens: 5,
      ...waited,
    })
    expect(seen).toMatchObject([
      { inputs: ['x', [1, 2]], truncate: false },
      { priority: 'api', owner: 'http', ownerId: 'local', keepAliveSeconds: 0 },
    ])
    const rerank = createRerank({ library, pool })
    expect(await rerank({ model: 'a', query: 'q', documents: ['d'], actor })).toMatchObject({ scores: [0.2] })
    await expect(embed({ model: 'a', inputs: [], actor })).rejects.toMatchObject({
      code: 'invalid_input',
      data: { parameter: 'inputs' },
    })
    await expect(rerank({ model: 'b', query: 'q', documents: ['d'], actor })).rejects.toMatchObject({
      code: 'model_not_found',
    })
  })
})

describe('reading ahead', () => {
  const ask = {
    model: 'a',
    input: { kind: 'messages' as const, messages: [{ role: 'user' as const, content: 'Hi' }] },
    actor,
  }

  it('says whether it was read, and never fails: nobody waits for it', async () => {
    const never = createReadAhead({ library, pool: { readAhead: async () => null } })
    expect(await never(ask)).toBe(false)
    expect(await never({ ...ask, model: 'b' })).toBe(false)
    const stopped = createReadAhead({
      library,
      pool: { readAhead: () => Promise.reject(new AppError({ code: 'cancelled', message: 'Stopped.' })) },
    })
    expect(await stopped(ask)).toBe(false)
  })
})
