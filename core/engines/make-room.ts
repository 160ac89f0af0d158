import type { MemoryRung } from '../../shared/domain/engines.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { BackendChoice } from '../../shared/domain/hardware.ts'
import type { Model } from '../../shared/domain/models.ts'
import { loadSteps, type LoadPlan, type LoadSubject, type LoadWish, planLoad } from '../models/fit/load-plan.ts'
import { longestContext } from '../models/fit/memory.ts'
import { type Entry, isIdle, unclaimedBytes } from './entry.ts'
import type { MachineMemory } from './machine-memory.ts'

/** Estimates are a few per cent off, and what other programs hold can be swapped out: so much more may be needed. */
const SLACK = 1.1
const CONTEXT_STEP = 256

/** What a load is asked with. */
export interface Wanted {
  model: Model
  subject: LoadSubject
  wish: LoadWish
  choice: BackendChoice
}

/** The idle model to unload first: size × time unused. */
export function firstToGo(entries: Iterable<Entry>, now: number): Entry | undefined {
  const score = (entry: Entry) => (entry.heartbeat?.residentBytes ?? entry.model.sizeBytes) * (now - entry.lastUsed + 1)
  return [...entries].filter(isIdle).toSorted((a, b) => score(b) - score(a))[0]
}

/**
 * How a model is to be loaded into the memory that is free, or will be once idle models are gone: those go first, then
 * what {@link loadSteps} gives up. What a person or a program set is never changed.
 *
 * @param evict ends a model; resolves when its memory is free
 * @throws AppError `out_of_memory`, with what would fit; nothing was evicted when that could not have helped
 */
export async function makeRoom(
  wanted: Wanted,
  deps: {
    entries: () => Entry[]
    memory: MachineMemory
    clock: () => number
    evict: (entry: Entry) => Promise<void>
  },
): Promise<{ plan: LoadPlan; rungs: MemoryRung[] }> {
  const { memory, clock, evict } = deps
  const { subject, wish, choice } = wanted
  const free = () => memory.free() - deps.entries().reduce((sum, entry) => sum + unclaimedBytes(entry), 0)
  const evicted: MemoryRung[] = []

  const least = Math.min(...loadSteps(subject, wish, choice).map(({ ram }) => ram))
  const idle = deps.entries().filter(isIdle)
  const reachable = free() + idle.reduce((sum, { heartbeat }) => sum + (heartbeat?.residentBytes ?? 0), 0)
  // Their size is known only once they told it.
  const isKnown = idle.every(({ heartbeat }) => heartbeat !== null)
  if (least > memory.total() || (isKnown && least > reachable * SLACK))
    throw refusal(wanted, Math.min(reachable, memory.total()))

  for (;;) {
    const { plan, rungs, fits } = planLoad(subject, wish, choice, free())
    if (fits && rungs.length === 0) return { plan, rungs: evicted }
    const victim = firstToGo(deps.entries(), clock())
    if (!victim) {
      if (!fits && plan.ram > free() * SLACK) throw refusal(wanted, free())
      return { plan, rungs: [...evicted, ...rungs] }
    }
    evicted.push({ kind: 'evicted', model: victim.model.name })
    await evict(victim)
  }
}

/** A clear refusal: what would fit into the memory that can be had. */
export function refusal({ model, subject, wish, choice }: Wanted, freeBytes: number): AppError {
  const steps = loadSteps(subject, wish, choice)
  const least = steps.reduce((a, b) => (b.ram < a.ram ? b : a))
  const ramAt = (contextLength: number) =>
    loadSteps(subject, { ...wish, contextLength, slots: 1 }, choice).at(-1)?.ram ?? Infinity
  const shorter = longestContext(Math.max(CONTEXT_STEP, least.contextLength), (length) => ramAt(length) <= freeBytes)
  // All but the weights stays as it is; another quantization of the same network differs in them alone.
  const fitBytes = shorter === null ? Math.max(0, freeBytes - (least.ram - least.need.weights)) : subject.sizeBytes
  const needed = gigabytes(least.ram)
  const freeGb = gigabytes(freeBytes)
  const fitGb = gigabytes(fitBytes)
  const fitContextLength = shorter ?? least.contextLength
  return new AppError({
    code: 'out_of_memory',
    message: `${model.name} needs about ${needed} GB of memory; ${freeGb} GB can be had.`,
    suggestion:
      shorter === null
        ? `A file of up to ${fitGb} GB would fit: choose a smaller quantization or a smaller model, or close other programs.`
        : `A context of ${fitContextLength} tokens would fit: choose a smaller one, or close other programs.`,
    data: {
      model: model.name,
      neededBytes: Math.round(least.ram),
      freeBytes: Math.max(0, Math.round(freeBytes)),
      needGb: needed,
      freeGb,
      fitGb,
      fitContextLength,
      fitKvType: least.kvType,
    },
  })
}

function gigabytes(bytes: number): string {
  return (Math.max(0, bytes) / 1e9).toFixed(1)
}
