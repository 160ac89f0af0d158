import { describe, expect, it } from 'vitest'
import type { Download, DownloadsState } from '../../../shared/domain/downloads.ts'
import { canPause, countdown, movesOf, newlyFinished, progressOf } from './progress.ts'

function download(id: string, changes: Partial<Download> = {}): Download {
  return {
    id,
    name: id,
    title: id,
    hub: 'huggingface',
    repo: `a/${id}`,
    revision: 'main',
    variant: 'Q4_K_M',
    state: 'downloading',
    totalBytes: 100,
    doneBytes: 0,
    bytesPerSecond: 0,
    secondsLeft: null,
    files: [],
    folder: '/models',
    waitingUntil: null,
    error: null,
    createdAt: 0,
    finishedAt: null,
    ...changes,
  }
}

const state = (...downloads: Download[]): DownloadsState => ({
  downloads,
  bytesPerSecond: 0,
  secondsLeft: null,
  progress: null,
})

describe('progressOf', () => {
  it('is the share on disk', () => {
    expect(progressOf(download('a', { doneBytes: 25 }))).toBe(0.25)
  })

  it('is unknown before the hub said the size', () => {
    expect(progressOf(download('a', { totalBytes: null, doneBytes: 25 }))).toBeNull()
    expect(progressOf(download('a', { totalBytes: 0 }))).toBeNull()
  })

  it('is whole when it is done, and never more than whole', () => {
    expect(progressOf(download('a', { state: 'done', totalBytes: null }))).toBe(1)
    expect(progressOf(download('a', { doneBytes: 120 }))).toBe(1)
  })
})

describe('countdown', () => {
  it('counts whole seconds down and ends at nought', () => {
    expect(countdown(10_000, 0)).toBe(10)
    expect(countdown(10_000, 9001)).toBe(1)
    expect(countdown(10_000, 10_000)).toBe(0)
    expect(countdown(10_000, 99_000)).toBe(0)
  })
})

describe('movesOf', () => {
  const queue = [download('a'), download('b', { state: 'queued' }), download('c', { state: 'paused' })]

  it('knows both ends of the queue', () => {
    expect(movesOf(queue, 'a')).toEqual({ first: null, up: null, down: 1 })
    expect(movesOf(queue, 'b')).toEqual({ first: 0, up: 0, down: 2 })
    expect(movesOf(queue, 'c')).toEqual({ first: 0, up: 1, down: null })
  })

  it('leaves finished ones out of it', () => {
    const done = download('d', { state: 'done' })
    expect(movesOf([...queue, done], 'c').down).toBeNull()
    expect(movesOf([...queue, done], 'd')).toEqual({ first: null, up: null, down: null })
  })
})

describe('canPause', () => {
  it('leaves the last steps alone, which take moments', () => {
    expect(canPause(download('a'))).toBe(true)
    expect(canPause(download('a', { state: 'waiting' }))).toBe(true)
    expect(canPause(download('a', { state: 'verifying' }))).toBe(false)
    expect(canPause(download('a', { state: 'paused' }))).toBe(false)
  })
})

describe('newlyFinished', () => {
  it('tells what ended since the last look', () => {
    const before = state(download('a'), download('b', { state: 'done' }))
    const now = state(download('a', { state: 'failed' }), download('b', { state: 'done' }))
    expect(newlyFinished(before, now).map((each) => each.id)).toEqual(['a'])
  })

  it('tells nothing of what was finished when the window opened', () => {
    expect(newlyFinished(null, state(download('a', { state: 'done' })))).toEqual([])
    expect(newlyFinished(state(), state(download('a', { state: 'done' })))).toEqual([])
  })
})
