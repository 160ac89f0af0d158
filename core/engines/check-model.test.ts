import { describe, expect, it } from 'vitest'
import type { ProbeReply, ProbeRequest } from '../../shared/process/probe.ts'
import { type PlayedChild, playedHost } from '../host/host.testing.ts'
import { modelFixture } from '../models/model.testing.ts'
import { checkModel, previewTemplate } from './check-model.ts'

type Probe = PlayedChild<ProbeRequest, ProbeReply>

const hardware = {
  choice: async () => ({ chosen: 'cpu' as const, gpu: null, rejected: [], fallbackFrom: null }),
  cpu: async () => ({ model: 'x', physicalCores: 2, logicalCores: 2, architecture: 'x64', features: [] }),
}
const model = modelFixture({ name: 'a', facts: { chatTemplate: '{{ messages }}', contextLength: 256 } })
const hostThat = (answer: (probe: Probe) => void) =>
  playedHost<ProbeRequest, ProbeReply>((probe) => {
    probe.onReceive = () => answer(probe)
  })

describe('checking a model', () => {
  it('tells what the throwaway process found, and ends it', async () => {
    const findings = { loads: true, templateRenders: true, answers: true, stops: null, error: null }
    const host = hostThat((probe) => probe.send({ type: 'check', findings }))
    await expect(checkModel(host, hardware, model, () => 7)).resolves.toEqual({
      ...findings,
      intact: null,
      checkedAt: 7,
    })
    expect(host.children[0]?.received[0]).toMatchObject({
      type: 'check',
      chatTemplate: '{{ messages }}',
      options: { contextLength: 256, slots: 1, decodeThreads: 2, template: null },
    })
    expect(host.children[0]?.killed).toBe(true)
  })

  it('says that the model ended the process, instead of failing', async () => {
    const check = await checkModel(
      hostThat((probe) => probe.exit(134)),
      hardware,
      model,
    )
    expect(check).toMatchObject({
      loads: false,
      answers: null,
      error: { code: 'model_check_failed', data: { model: 'a' } },
    })
  })

  it('keeps what the engine says is wrong', async () => {
    const error = { code: 'model_file_truncated' as const, message: 'It is cut off.' }
    const check = await checkModel(
      hostThat((probe) => probe.send({ type: 'error', error })),
      hardware,
      model,
    )
    expect(check.error).toEqual(error)
  })
})

describe('the preview of a template', () => {
  it('is what the throwaway process renders', async () => {
    const host = hostThat((probe) => probe.send({ type: 'template', text: 'Hi', tokens: 1 }))
    await expect(previewTemplate(host, 'x', [], null)).resolves.toEqual({ text: 'Hi', tokens: 1 })
  })

  it('blames the template when rendering it ends the process', async () => {
    const failing = previewTemplate(
      hostThat((probe) => probe.exit(1)),
      'x',
      [],
      null,
    )
    await expect(failing).rejects.toMatchObject({ code: 'invalid_input', data: { parameter: 'template' } })
  })
})
