import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { createJobs } from './jobs.ts'

describe('a job for a client', () => {
  it('is stopped when the client hangs up, and its record is told', () => {
    const client = new AbortController()
    const onHungUp = vi.fn()
    const job = createJobs().begin(client.signal, 'local', onHungUp)
    expect(job.signal.aborted).toBe(false)
    client.abort()
    expect(job.signal.aborted).toBe(true)
    expect(job.stopped()).toBe(false)
    expect(onHungUp).toHaveBeenCalledOnce()
  })

  it('is stopped from the beginning for a client that is gone', () => {
    const onHungUp = vi.fn()
    expect(createJobs().begin(AbortSignal.abort(), 'local', onHungUp).signal.aborted).toBe(true)
    expect(onHungUp).toHaveBeenCalledOnce()
  })

  it('leaves nothing at the signal of the client once it has ended, which would be kept for ever', () => {
    const client = new AbortController()
    const onHungUp = vi.fn()
    createJobs().begin(client.signal, 'local', onHungUp).end()
    expect(getEventListeners(client.signal, 'abort')).toEqual([])
    client.abort()
    expect(onHungUp).not.toHaveBeenCalled()
  })

  it('is ended by the server with the reason, while it runs', () => {
    const jobs = createJobs()
    const { signal } = new AbortController()
    const [ended, running] = [jobs.begin(signal, 'local'), jobs.begin(signal, 'local')]
    ended.end()
    jobs.stopAll()
    expect(ended.signal.aborted).toBe(false)
    expect(running.stopped()).toBe(true)
    expect(running.signal.reason).toMatchObject({ code: 'core_lost' })
  })
})
