import { expect, test } from 'vitest'
import { createOutbox } from './outbox.ts'

const turn = () => new Promise(setImmediate)

test('what is told in one turn of the event loop goes as one message, in its order', async () => {
  const sent: string[][] = []
  const { post } = createOutbox<string>((messages) => sent.push(messages))
  post('a')
  await Promise.resolve().then(() => post('b'))
  expect(sent).toEqual([])
  await turn()
  expect(sent).toEqual([['a', 'b']])

  post('c')
  await turn()
  expect(sent).toEqual([['a', 'b'], ['c']])
})

test('what waits can be sent before the process goes, and is sent once', async () => {
  const sent: string[][] = []
  const { post, flush } = createOutbox<string>((messages) => sent.push(messages))
  post('a')
  flush()
  expect(sent).toEqual([['a']])
  await turn()
  expect(sent).toEqual([['a']])
})
