import { describe, expect, it } from 'vitest'
import type { Model } from '../../shared/domain/models.ts'
import { chooseChatModel } from './model-title.ts'
import { libraryModel } from './model.testing.ts'

function model(
  name: string,
  change: { kind?: 'chat' | 'embedding'; broken?: boolean; aliases?: string[] } = {},
): Model {
  return libraryModel(name, {
    aliases: change.aliases ?? [],
    facts: { kind: change.kind ?? 'chat' },
    problem: change.broken === true ? { code: 'model_file_missing', message: 'gone' } : null,
  })
}

describe('the model of a chat', () => {
  const models = [
    model('vectors', { kind: 'embedding' }),
    model('broken', { broken: true }),
    model('small', { aliases: ['small.gguf'] }),
  ]

  it('is the first that was wanted and is here', () => {
    expect(chooseChatModel(models, [undefined, 'gone', 'small'])?.name).toBe('small')
  })

  it('is found by its file name too', () => {
    expect(chooseChatModel(models, ['small.gguf'])?.name).toBe('small')
  })

  it('is never one that only makes vectors', () => {
    expect(chooseChatModel(models, ['vectors'])?.name).toBe('small')
  })

  it('stays the wanted one when its file is gone, so that the person is told', () => {
    expect(chooseChatModel(models, ['broken'])?.name).toBe('broken')
  })

  it('is none where there is no chat model', () => {
    expect(chooseChatModel([model('vectors', { kind: 'embedding' })], ['vectors'])).toBeNull()
  })
})
