import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/domain/errors.ts'
import { FILE, startDownloads } from './downloads.testing.ts'

describe('a download', () => {
  it('brings the file whole, under its name, and leaves nothing beside it', async () => {
    const fixture = await startDownloads()
    await fixture.enqueue()
    const done = await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    expect(readdirSync(fixture.folder)).toEqual([FILE])
    expect(fixture.finished).toEqual([[fixture.target()]])
    expect(fixture.events).toEqual([`done ${done.name}`])
  })
})

describe('the end of a download', () => {
  it('is done with an error when the model is here but its trial went wrong', async () => {
    const error = { code: 'model_check_failed', message: 'It says nothing.' } as const
    const fixture = await startDownloads({ deps: { finish: () => Promise.resolve({ model: 'kept', error }) } })
    await fixture.enqueue()
    expect(await fixture.state('done')).toMatchObject({ name: 'kept', error: { code: 'model_check_failed' } })
  })

  it('fails when what came is no model', async () => {
    const finish = () => Promise.reject(new AppError({ code: 'model_file_invalid', message: 'No GGUF.' }))
    const fixture = await startDownloads({ deps: { finish } })
    await fixture.enqueue()
    expect(await fixture.state('failed')).toMatchObject({ error: { code: 'model_file_invalid' } })
  })

  it('is not gone on with by a program that only looks at the list, until it is asked for', async () => {
    const fixture = await startDownloads()
    fixture.double.knobs.bytesPerSecond = 1e6
    await fixture.enqueue()
    await fixture.has(1)
    await fixture.restart({ goOn: false })
    const { length } = fixture.double.requests
    expect(fixture.one().state).toBe('queued')
    fixture.downloads.settingsChanged()
    expect(fixture.double.requests).toHaveLength(length)
    fixture.double.knobs.bytesPerSecond = null
    fixture.downloads.resume(fixture.one().id)
    await fixture.state('done')
  })

  it('stands in the list after a restart', async () => {
    const fixture = await startDownloads()
    await fixture.enqueue()
    const done = await fixture.state('done')
    await fixture.restart()
    expect(fixture.one()).toEqual(done)
  })
})
