import { describe, expect, it } from 'vitest'
import { parseRoute, type Route, routeHash } from './router.ts'

describe('a route in the hash', () => {
  const routes: Route[] = [
    { page: 'home' },
    { page: 'chat', id: 'a1/b2' },
    { page: 'models' },
    { page: 'models', name: 'smollm2:135m' },
    { page: 'models', name: 'C:\\models\\ä b.gguf' },
    { page: 'discover' },
    { page: 'discover', hub: 'huggingface', repo: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF' },
    { page: 'discover', hub: 'ollama', repo: 'library/qwen2.5' },
    { page: 'server' },
    { page: 'insights' },
    { page: 'settings' },
    { page: 'settings', section: 'computer' },
  ]
  it.each(routes)('is found again: %j', (route) => {
    expect(parseRoute(routeHash(route))).toEqual(route)
  })

  it.each(['', '#', '#/', '#/nowhere', '#/chat', '#/chat/'])('leads home when it names no page: %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'home' })
  })

  it.each(['#/discover/nohub/a%2Fb', '#/discover/huggingface', '#/discover/huggingface/'])(
    'opens the whole page when it names no repository of a hub: %j',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ page: 'discover' })
    },
  )

  it('is read even when its encoding is broken', () => {
    expect(parseRoute('#/models/100%')).toEqual({ page: 'models', name: '100%' })
  })
})
