import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import type { FitCandidate } from '../../../shared/domain/fit.ts'
import type { BackendChoice } from '../../../shared/domain/hardware.ts'
import type { ProbeReply, ProbeRequest } from '../../../shared/process/probe.ts'
import { type PlayedChild, playedHost } from '../../host/host.testing.ts'
import { speeds } from '../../storage/migrations/0005-speeds.ts'
import { factsFixture, modelFixture } from '../model.testing.ts'
import { createFit } from './fit.ts'
import { createSpeedStore } from './speed-store.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const cpu: BackendChoice = { chosen: 'cpu', gpu: null, rejected: [], fallbackFrom: null }
const card: BackendChoice = {
  ...cpu,
  chosen: 'cuda',
  gpu: { name: 'Card', backend: 'cuda', totalMemoryBytes: 12e9, freeMemoryBytes: 11e9, unifiedMemory: false },
}

function freshDatabase() {
  const database = new DatabaseSync(':memory:')
  database.exec(speeds.up)
  database.exec('ALTER TABLE speeds ADD COLUMN threads INTEGER')
  return database
}

/** A fit on a machine with 16 GB of memory that reads 20 GB a second. */
function fitOn({
  choice = cpu,
  free = 14e9,
  busy = false,
  fails = false,
  reads = 20e9,
  database = freshDatabase(),
} = {}) {
  const host = playedHost<ProbeRequest, ProbeReply>((child: PlayedChild<ProbeRequest, ProbeReply>) => {
    child.onReceive = () => {
      if (fails) child.exit(139)
      else child.send({ type: 'bandwidth', bytesPerSecond: reads })
    }
  })
  const machine = { model: 'x' }
  const fit = createFit({
    host,
    hardware: {
      choice: async () => choice,
      cpu: async () => ({ ...machine, physicalCores: 4, logicalCores: 4, architecture: 'x64', features: [] }),
    },
    speeds: createSpeedStore(database),
    memory: { free: () => free, total: () => 16e9 },
    idleModelBytes: () => 0,
    busy: () => busy,
    platform: 'linux',
    log: quiet,
    now: () => 1,
  })
  return { fit, host, machine }
}

const candidate = (id: string, gigabytes: number, changes: Partial<FitCandidate> = {}): FitCandidate => ({
  id,
  sizeBytes: gigabytes * 1e9,
  parameters: 8e9,
  architecture: 'llama',
  kind: 'chat',
  quantization: id,
  contextLength: 32_768,
  shape: null,
  ...changes,
})
const llama = [candidate('Q2_K', 3.2), candidate('Q4_K_M', 4.9), candidate('Q8_0', 8.5), candidate('F16', 16)]
const ask = (candidates: FitCandidate[], contextLength: number | null = 4096) => ({
  candidates,
  contextLength,
  kvType: 'f16' as const,
})

describe('how models fit this machine', () => {
  it('tells memory, verdict and speed of each, in their order', async () => {
    const { estimates, machine } = await fitOn().fit.estimate(ask(llama))
    expect(estimates.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['Q2_K', 'cpu'],
      ['Q4_K_M', 'cpu'],
      ['Q8_0', 'cpu'],
      ['F16', 'no'],
    ])
    const tps = estimates.map(({ speed }) => speed?.tokensPerSecond ?? 0)
    expect(tps[0]).toBeGreaterThan(tps[1] ?? 0)
    expect(tps[1]).toBeGreaterThan(tps[2] ?? 0)
    expect(estimates[3]?.speed).toBeNull()
    expect(machine).toMatchObject({ ramBytes: 16e9, ramBytesPerSecond: 20e9, vramBytes: 0, problem: null })
  })

  it('counts what is free now: another program’s memory makes it tight, not impossible', async () => {
    const { estimates } = await fitOn({ free: 6e9 }).fit.estimate(ask(llama))
    expect(estimates.map(({ verdict }) => verdict)).toEqual(['cpu', 'tight', 'tight', 'no'])
  })

  it('puts on the GPU what fits there, and shares the rest', async () => {
    const { estimates, machine } = await fitOn({ choice: card }).fit.estimate(ask(llama))
    expect(estimates.map(({ verdict }) => verdict)).toEqual(['gpu', 'gpu', 'gpu', 'partly'])
    expect(estimates[1]).toMatchObject({ backend: 'cuda', memory: { ram: expect.any(Number) } })
    expect(estimates[1]?.memory.vram).toBeGreaterThan(4.9e9)
    expect(machine.vramBudgetBytes).toBeLessThan(11e9)
    // Nothing ran on this card yet.
    expect(estimates[1]?.speed).toBeNull()
  })

  it('recommends the best quality that is quick, and says why', async () => {
    const { fit } = fitOn({ choice: card })
    expect((await fit.estimate(ask(llama))).recommended).toEqual({ id: 'Q8_0', reason: 'bestQualityThatRunsWell' })
    // On the processor an 8B model writes slowly: four bits are the compromise.
    expect((await fitOn().fit.estimate(ask(llama))).recommended).toEqual({
      id: 'Q4_K_M',
      reason: 'bestQualityThatFits',
    })
    const tight = await fitOn({ free: 2e9 }).fit.estimate(ask(llama))
    expect(tight.recommended).toEqual({ id: 'Q2_K', reason: 'smallestThatFits' })
    const huge = await fitOn().fit.estimate(ask([candidate('F16', 40)]))
    expect(huge.recommended).toBeNull()
    const one = await fitOn().fit.estimate(ask([candidate('Q8_0', 8.5)]))
    expect(one.recommended).toEqual({ id: 'Q8_0', reason: 'onlyOne' })
  })

  it('never recommends what the engine can’t compute', async () => {
    const odd = llama.map((each) => ({ ...each, architecture: 'of-tomorrow' }))
    const { estimates, recommended } = await fitOn().fit.estimate(ask(odd))
    expect(estimates[0]?.supported).toBe(false)
    expect(recommended).toBeNull()
    const unknown = await fitOn().fit.estimate(ask([candidate('Q8_0', 1, { architecture: null })]))
    expect(unknown.estimates[0]?.supported).toBeNull()
  })

  it('tells the longest context that has room, and never more than was trained', async () => {
    const { estimates } = await fitOn({ free: 12e9 }).fit.estimate(ask(llama))
    expect(estimates[0]?.maxContextLength).toBeGreaterThan(estimates[2]?.maxContextLength ?? Infinity)
    expect(estimates[0]?.maxContextLength).toBeLessThanOrEqual(32_768)
    expect(estimates[3]?.maxContextLength).toBeNull()
    const short = await fitOn().fit.estimate(ask([candidate('Q4_0', 1, { contextLength: 2048 })], 8192))
    expect(short.estimates[0]?.memory.contextLength).toBe(2048)
  })

  it('expects no writing from embedding models', async () => {
    const { estimates } = await fitOn().fit.estimate(ask([candidate('Q8_0', 0.1, { kind: 'embedding' })]))
    expect(estimates[0]).toMatchObject({ speed: null, verdict: 'cpu', memory: { kv: 0 } })
  })

  it('measures memory once for all who ask, again on another processor, and not while something runs', async () => {
    const { fit, host, machine } = fitOn()
    await Promise.all([fit.measureBandwidth(), fit.estimate(ask(llama)), fit.estimate(ask(llama))])
    expect(host.children).toHaveLength(1)
    expect(host.children[0]?.received[0]).toMatchObject({ type: 'bandwidth', threads: 3 })
    machine.model = 'newer'
    await fit.measureBandwidth()
    expect(host.children).toHaveLength(2)

    const busy = fitOn({ busy: true })
    const { machine: facts, estimates } = await busy.fit.estimate(ask(llama))
    expect(busy.host.children).toHaveLength(0)
    expect(facts.ramBytesPerSecond).toBeNull()
    expect(estimates[0]).toMatchObject({ speed: null, verdict: 'cpu' })
  })

  it('measures again in the next run of the program, and keeps the best: what disturbed one is forgotten', async () => {
    const database = freshDatabase()
    const disturbed = fitOn({ database, reads: 4e9 })
    expect(await disturbed.fit.measureBandwidth()).toBe(4e9)
    const quietRun = fitOn({ database, reads: 21e9 })
    expect(await quietRun.fit.measureBandwidth()).toBe(4e9)
    await expect.poll(() => quietRun.fit.measureBandwidth()).toBe(21e9)
    const slower = fitOn({ database, reads: 9e9 })
    expect(await slower.fit.measureBandwidth()).toBe(21e9)
    await expect.poll(() => slower.host.children[0]?.received.length).toBe(1)
    expect(await slower.fit.measureBandwidth()).toBe(21e9)
  })

  it('still answers when memory can’t be measured, and says so', async () => {
    const { fit, host } = fitOn({ fails: true })
    const { machine, estimates } = await fit.estimate(ask(llama))
    await fit.estimate(ask(llama))
    expect(host.children).toHaveLength(1)
    expect(machine).toMatchObject({ ramBytesPerSecond: null, problem: { code: 'probe_failed' } })
    expect(estimates[0]).toMatchObject({ verdict: 'cpu', speed: null })
  })

  it('learns from what was run here, but not from answers of a few tokens', async () => {
    const { fit } = fitOn()
    const facts = factsFixture({ parameters: 8e9, quantization: 'Q4_K_M' })
    const model = modelFixture({ sizeBytes: 4.9e9, facts })
    const run = { decodeTps: 1, prefillTps: null, contextTokens: 500, backend: 'cpu' as const, kvType: 'f16' as const }
    const before = await fit.estimate(ask(llama))
    await fit.noteRun(model, { ...run, completionTokens: 31 })
    expect((await fit.estimate(ask(llama))).estimates).toEqual(before.estimates)
    await fit.noteRun(model, { ...run, completionTokens: 200 })
    const { estimates } = await fit.estimate(ask(llama))
    expect(estimates[1]?.speed?.basis).toBe('measured')
    expect(estimates[1]?.speed?.tokensPerSecond).toBeLessThan((before.estimates[1]?.speed?.tokensPerSecond ?? 0) * 0.7)
    expect(estimates[0]?.speed?.basis).toBe('calibrated')
    expect(fit.measured(model)).toMatchObject({ decodeTps: 1, contextTokens: 500 })
  })
})
