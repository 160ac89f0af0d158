import { expect, it } from 'vitest'
import { filterRequests } from './filter.ts'
import { listedRequest } from './requests.testing.ts'

it('requests are found by method, path, model, status and key, all words at once', () => {
  const requests = [
    listedRequest({ id: 'a', keyName: 'Laptop' }),
    listedRequest({ id: 'b', path: '/api/chat', model: 'Qwen3:8b', status: 404 }),
    listedRequest({ id: 'c', method: 'GET', path: '/v1/models', model: null, status: null }),
  ]
  const found = (query: string) => filterRequests(requests, query).map(({ id }) => id)
  expect(found('')).toEqual(['a', 'b', 'c'])
  expect(found('  ')).toEqual(['a', 'b', 'c'])
  expect(found('404')).toEqual(['b'])
  expect(found('qwen')).toEqual(['b'])
  expect(found('get')).toEqual(['c'])
  expect(found('laptop')).toEqual(['a'])
  expect(found('/v1 post')).toEqual(['a'])
  expect(found('null')).toEqual([])
})
