import { describe, expect, it } from 'vitest'
import { endOf, nextSort, sortGenerations } from './generations.ts'
import { generation } from './insights.testing.ts'

const timings = { queueMs: 0, loadMs: 0, ttftMs: 100, prefillTps: null, decodeTps: 40 }
const a = generation('a', { at: 1, model: 'beta', timings: { ...timings, decodeTps: 10 } })
const b = generation('b', { at: 2, model: 'alpha', timings: { ...timings, decodeTps: 30 } })
const c = generation('c', { at: 3, model: 'alpha', timings: null, usage: null })
const all = [a, b, c]
const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id).join('')

describe('the last generations', () => {
  it('stand newest first, or oldest first', () => {
    expect(ids(sortGenerations(all, { key: 'at', descending: true }))).toBe('cba')
    expect(ids(sortGenerations(all, { key: 'at', descending: false }))).toBe('abc')
  })

  it('without a figure come last, whichever way the others are sorted', () => {
    expect(ids(sortGenerations(all, { key: 'decode', descending: true }))).toBe('bac')
    expect(ids(sortGenerations(all, { key: 'decode', descending: false }))).toBe('abc')
  })

  it('that are equal stand newest first', () => {
    expect(ids(sortGenerations(all, { key: 'model', descending: false }))).toBe('cba')
    expect(ids(sortGenerations(all, { key: 'model', descending: true }))).toBe('acb')
  })

  it('are sorted by figures from the largest, by words from the first letter; again turns it', () => {
    const byTime = { key: 'at', descending: true } as const
    expect(nextSort(byTime, 'decode')).toEqual({ key: 'decode', descending: true })
    expect(nextSort(byTime, 'model')).toEqual({ key: 'model', descending: false })
    expect(nextSort(byTime, 'at')).toEqual({ key: 'at', descending: false })
  })
})

it('a generation that someone stopped did not fail', () => {
  expect(endOf(generation('x'))).toBe('stop')
  expect(endOf(generation('x', { reason: 'length' }))).toBe('length')
  expect(endOf(generation('x', { reason: null, error: { code: 'cancelled', message: '' } }))).toBe('cancelled')
  expect(endOf(generation('x', { reason: null, error: { code: 'engine_hung', message: '' } }))).toBe('failed')
})
