import type { MemoryRung } from '../../../shared/domain/engines.ts'
import type { MemoryNeed } from '../../../shared/domain/fit.ts'
import type { BackendChoice } from '../../../shared/domain/hardware.ts'
import type { KvType, LoadSettings } from '../../../shared/domain/models.ts'
import { layersThatFit, memoryNeed, type MemoryPlan } from './memory.ts'

/** Answers that one engine writes at the same time in the app: one, and a spare for who comes meanwhile. */
export const DESKTOP_SLOTS = 2
/** The same where programs and several people are served. */
export const SERVE_SLOTS = 4
/** Tokens of context unless asked for more, for every door and dialect alike; a model trained for less gets less. */
export const DEFAULT_CONTEXT_LENGTH = 8192
export const DEFAULT_KV_TYPE: KvType = 'f16'
/** An automatic context never gets shorter: what is too long for it is no conversation any more. */
const LEAST_AUTOMATIC_CONTEXT = 2048
/** Part of a GPU's free memory that stays free, for the driver and the screen. */
const vramReserve = 0.07
/** Part of the budget that more than one slot may take: spare ones must not make memory tight. */
const spareRoom = 0.85
/** Values of a block in a quantized cache: each head's keys must be made of whole ones. */
const kvBlock = 32

/** Tokens of each slot: what is wanted, else what the settings say, else the default; never more than was trained. */
export function contextLengthFor(
  trained: number | null,
  settings: Pick<LoadSettings, 'contextLength'>,
  wanted?: number,
): number {
  const length = wanted ?? settings.contextLength ?? DEFAULT_CONTEXT_LENGTH
  return Math.max(1, Math.min(length, trained ?? length))
}

/** Bytes of GPU memory that models may take; 0 where the processor does the work. */
export function vramBudget({ chosen, gpu }: Pick<BackendChoice, 'chosen' | 'gpu'>): number {
  return chosen === 'cpu' || gpu === null ? 0 : gpu.freeMemoryBytes * (1 - vramReserve)
}

/** What is to be loaded, as far as memory is concerned. */
export type LoadSubject = Omit<MemoryPlan, 'contextLength' | 'slots' | 'kvType' | 'backend' | 'gpuLayers'> & {
  /** Context that the model was trained for. */
  trainedContext: number | null
}

/** How it should be loaded. What the settings or the caller name is never changed; the rest follows from memory. */
export interface LoadWish {
  settings: Pick<LoadSettings, 'contextLength' | 'kvType' | 'gpuLayers' | 'slots' | 'flashAttention' | 'draftModel'>
  /** Context that the caller asked for. */
  contextLength?: number | undefined
  slots: number
}

/** A way to load a model, and what it takes. */
export interface LoadPlan {
  contextLength: number
  slots: number
  kvType: KvType
  /** Layers on the GPU, the output layer counted; null on the processor alone. */
  gpuLayers: number | null
  need: MemoryNeed
  /** Bytes of ordinary memory; all of them where the GPU has none of its own. */
  ram: number
}

type Choice = Pick<BackendChoice, 'chosen' | 'gpu'>
type Settled = Pick<LoadPlan, 'contextLength' | 'slots' | 'kvType'>

/**
 * The ways to load a model, from the wished one down to the one that takes the least: fewer slots, then a smaller
 * automatic context, then a quantized cache, then fewer layers on the GPU.
 */
export function loadSteps(subject: LoadSubject, wish: LoadWish, choice: Choice): LoadPlan[] {
  const { settings } = wish
  const contextLength = contextLengthFor(subject.trainedContext, settings, wish.contextLength)
  const slots = subject.kind === 'embedding' ? 1 : slotsFor(wish)
  const kvType = settings.kvType ?? DEFAULT_KV_TYPE
  const settled: Settled[] = [{ contextLength, slots, kvType }]
  const add = (changes: Partial<Settled>) => {
    const last = settled.at(-1) ?? { contextLength, slots, kvType }
    settled.push({ ...last, ...changes })
  }
  if (subject.kind === 'chat') {
    if (settings.slots === undefined) for (let fewer = slots - 1; fewer >= 1; fewer--) add({ slots: fewer })
    if (settings.contextLength === undefined && wish.contextLength === undefined) {
      for (const shorter of roundContexts(contextLength)) add({ contextLength: shorter })
    }
    if (settings.kvType === undefined && canQuantizeCache(subject, settings)) add({ kvType: 'q8_0' })
  }
  const plans = settled.map((each) => planOne(subject, each, choice, settings.gpuLayers))
  const last = plans.at(-1)
  const least = settled.at(-1)
  if (last?.gpuLayers && least && settings.gpuLayers === undefined) {
    for (const part of [0.75, 0.5, 0.25, 0]) {
      plans.push(planOne(subject, least, choice, Math.floor(last.gpuLayers * part)))
    }
  }
  return plans
}

/** The first way that fits into so many bytes of ordinary memory; null when none does. */
export function planLoad(
  subject: LoadSubject,
  wish: LoadWish,
  choice: Choice,
  ramBytes: number,
): { plan: LoadPlan; rungs: MemoryRung[]; fits: boolean } {
  const steps = loadSteps(subject, wish, choice)
  const wished = steps[0] ?? planOne(subject, settledOf(subject, wish), choice, wish.settings.gpuLayers)
  const fitting = steps.find((step) => fitsInto(step, ramBytes, wish.settings.slots !== undefined))
  const plan = fitting ?? steps.reduce((least, step) => (step.ram < least.ram ? step : least), wished)
  return { plan, rungs: rungsBetween(wished, plan), fits: fitting !== undefined }
}

/**
 * The next way after one for which memory turned out too short, whatever had been reckoned: the end of the next kind
 * of rung, so that a few attempts reach the smallest. Null when it was the last.
 */
export function stepAfter(steps: readonly LoadPlan[], failed: LoadPlan): LoadPlan | null {
  const rest = steps.slice(steps.findIndex((step) => sameStep(step, failed)) + 1)
  const kind = rest[0] && rungsBetween(failed, rest[0])[0]?.kind
  if (kind === undefined) return rest[0] ?? null
  if (kind === 'gpuLayers') return rest[0] ?? null
  const ofKind = rest.filter((step) => rungsBetween(failed, step).every((rung) => rung.kind === kind))
  return ofKind.at(-1) ?? null
}

/** What was given up between two ways. */
export function rungsBetween(from: LoadPlan, to: LoadPlan): MemoryRung[] {
  const rungs: MemoryRung[] = []
  if (to.slots < from.slots) rungs.push({ kind: 'slots', from: from.slots, to: to.slots })
  if (to.contextLength < from.contextLength) {
    rungs.push({ kind: 'context', from: from.contextLength, to: to.contextLength })
  }
  if (to.kvType !== from.kvType) rungs.push({ kind: 'kvType', from: from.kvType, to: to.kvType })
  if (to.gpuLayers !== null && from.gpuLayers !== null && to.gpuLayers < from.gpuLayers) {
    rungs.push({ kind: 'gpuLayers', from: from.gpuLayers, to: to.gpuLayers })
  }
  return rungs
}

/** A draft model guesses for one answer at a time. */
function slotsFor({ settings, slots }: LoadWish): number {
  return settings.slots ?? (settings.draftModel === undefined ? slots : 1)
}

function settledOf(subject: LoadSubject, wish: LoadWish): Settled {
  const { settings, contextLength } = wish
  return {
    contextLength: contextLengthFor(subject.trainedContext, settings, contextLength),
    slots: slotsFor(wish),
    kvType: settings.kvType ?? DEFAULT_KV_TYPE,
  }
}

function planOne(
  { trainedContext: _, ...subject }: LoadSubject,
  settled: Settled,
  choice: Choice,
  most: number | undefined,
): LoadPlan {
  const whole = { ...subject, ...settled, backend: choice.chosen }
  const onCpu = choice.chosen === 'cpu'
  const gpuLayers = onCpu ? 0 : Math.min(most ?? Infinity, layersThatFit(whole, vramBudget(choice)))
  const need = memoryNeed({ ...whole, gpuLayers })
  const ram = choice.gpu?.unifiedMemory === true ? need.total : need.ram
  return { ...settled, gpuLayers: onCpu ? null : gpuLayers, need, ram }
}

function fitsInto(step: LoadPlan, ramBytes: number, slotsAreSet: boolean): boolean {
  return step.ram <= ramBytes * (step.slots > 1 && !slotsAreSet ? spareRoom : 1)
}

function sameStep(a: LoadPlan, b: LoadPlan): boolean {
  return (
    a.slots === b.slots && a.contextLength === b.contextLength && a.kvType === b.kvType && a.gpuLayers === b.gpuLayers
  )
}

/** 6144, 4096, 3072, 2048: shorter contexts than the given one, powers of two and what is half-way between. */
function roundContexts(most: number): number[] {
  const lengths: number[] = []
  for (let power = LEAST_AUTOMATIC_CONTEXT; power < most; power *= 2) lengths.push(power, power * 1.5)
  return lengths.filter((length) => length < most).toSorted((a, b) => b - a)
}

/** As far as the header tells: llama.cpp needs flash attention for it, and heads made of whole blocks. */
function canQuantizeCache({ shape }: LoadSubject, { flashAttention }: LoadWish['settings']): boolean {
  if (flashAttention === false) return false
  return shape === null || shape.layers === 0 || (shape.kvValuesPerToken / 2 / shape.layers) % kvBlock === 0
}
