import { describe, expect, it } from 'vitest'
import type { Model } from '../../../shared/domain/models.ts'
import { libraryModel } from '../../lib/model.testing.ts'
import { isLoopback, otherPorts, shownAddress, snippetModel } from './address.ts'

const off = { addresses: [], networkAddresses: [], port: 1234, browserOrigin: null }

describe('shownAddress', () => {
  it('is the first address that answers', () => {
    const addresses = ['http://127.0.0.1:4000', 'http://127.0.0.1:11434']
    expect(shownAddress({ ...off, addresses })).toBe('http://127.0.0.1:4000')
  })

  it('is the one that the network knows, where that is wanted', () => {
    const networkAddresses = ['http://192.168.1.5:1234', 'http://10.0.0.7:1234']
    expect(shownAddress({ ...off, addresses: ['http://127.0.0.1:1234'], networkAddresses })).toBe(
      'http://192.168.1.5:1234',
    )
  })

  it('is where the server would answer while it is off', () => {
    expect(shownAddress({ ...off, port: 4321 })).toBe('http://127.0.0.1:4321')
  })

  it('is the address by which a browser came', () => {
    expect(shownAddress({ ...off, addresses: ['http://0.0.0.0:1234'], browserOrigin: 'http://box.local:1234' })).toBe(
      'http://box.local:1234',
    )
  })
})

describe('otherPorts', () => {
  it('names a second port once', () => {
    expect(otherPorts(['http://127.0.0.1:1234', 'http://127.0.0.1:11434'])).toEqual(['11434'])
    expect(
      otherPorts(['http://127.0.0.1:1234', 'http://[::1]:1234', 'http://[::1]:11434', 'http://127.0.0.1:11434']),
    ).toEqual(['11434'])
    expect(otherPorts([])).toEqual([])
  })
})

describe('isLoopback', () => {
  it('holds for this computer and for nothing else', () => {
    for (const host of ['127.0.0.1:1234', '[::1]:1234', 'localhost:1', '127.9.9.9'])
      expect([host, isLoopback(`http://${host}`)]).toEqual([host, true])
    for (const host of ['0.0.0.0:1234', '192.168.1.5', '127.0.0.1.example.com:1234', '[fd00::1]'])
      expect([host, isLoopback(`https://${host}`)]).toEqual([host, false])
  })
})

describe('snippetModel', () => {
  const model = (name: string, kind: 'chat' | 'embedding', problem: Model['problem'] = null): Model =>
    libraryModel(name, { aliases: [`${name}.gguf`], facts: { kind }, problem })
  const gone = { code: 'model_file_missing', message: 'gone' } as const

  it('is the model for new chats', () => {
    expect(snippetModel([model('a', 'chat'), model('b', 'chat')], 'b')).toBe('b')
    expect(snippetModel([model('a', 'chat'), model('b', 'chat')], 'b.gguf')).toBe('b')
  })

  it('is another one when that one can not chat or its file is gone', () => {
    expect(snippetModel([model('e', 'embedding'), model('a', 'chat')], 'e')).toBe('a')
    expect(snippetModel([model('b', 'chat', gone), model('a', 'chat')], 'b')).toBe('a')
  })

  it('is the model that ships when there is nothing else to name', () => {
    expect(snippetModel([], 'x')).toBe('smollm2:135m')
  })
})
