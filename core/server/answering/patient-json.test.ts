import { describe, expect, it, vi } from 'vitest'
import { patientJson } from './patient-json.ts'

const nothing = () => {}
const options = { onFailure: nothing, onGone: nothing, holdHeadersMs: 1, keepAliveMs: 1 }

describe('a JSON answer that takes its time', () => {
  it('is plain when it is ready soon', async () => {
    const response = await patientJson(Promise.resolve('{"a":1}'), { ...options, holdHeadersMs: 1000 })
    expect(await response.text()).toBe('{"a":1}')
  })

  it('fails with its own error when it fails soon', async () => {
    await expect(patientJson(Promise.reject(new Error('no')), { ...options, holdHeadersMs: 1000 })).rejects.toThrow(
      'no',
    )
  })

  it('sends headers and blanks before patience ends, and is still JSON', async () => {
    let ready: (text: string) => void = nothing
    const response = await patientJson(new Promise((resolve) => (ready = resolve)), options)
    const text = response.text()
    ready('{"a":1}')
    expect(JSON.parse(await text)).toEqual({ a: 1 })
  })

  it('cuts the connection when it fails late', async () => {
    const onFailure = vi.fn()
    let fail: (error: Error) => void = nothing
    const response = await patientJson(new Promise((_, reject) => (fail = reject)), { ...options, onFailure })
    const text = response.text()
    fail(new Error('crashed'))
    await expect(text).rejects.toThrow()
    expect(onFailure).toHaveBeenCalledOnce()
  })
})
