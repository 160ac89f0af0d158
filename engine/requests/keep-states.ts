import type { Writer } from '../ready.ts'
import type { SequenceSlot } from '../sequence-slot.ts'

const ticket = { priority: 'ahead', owner: 'states' } as const

/** Erases what slots and kept states hold of a chat, or of all. What is being answered is erased at its end. */
export async function forgetChat({ slots, scheduler, queue, cache }: Writer, cacheKey: string | null): Promise<void> {
  const theirs = slots.filter((slot) => slot.length > 0 && (cacheKey === null || slot.cacheKey === cacheKey))
  for (const slot of theirs) slot.forgotten = true
  await cache.forget(cacheKey)
  await Promise.all(
    theirs.map((slot) =>
      holding(scheduler, slot, async () => (slot.forgotten ? queue.alone(() => slot.reset()) : null)),
    ),
  )
}

/** Writes to disk what slots hold and what was kept, so that it outlives the process. */
export async function storeStates({ slots, cache }: Writer): Promise<void> {
  await cache.store(slots)
}

/** Keeps what would be dear to read again, so that nobody waits for it once its slot is needed; as long as nobody asks. */
export async function keepWhenIdle({ slots, scheduler, cache }: Writer, isIdle: () => boolean): Promise<void> {
  for (const slot of slots) {
    if (isIdle()) await holding(scheduler, slot, () => cache.keepBeginning(slot))
  }
}

/** Does something with a slot that nobody uses, and keeps others off it meanwhile. */
async function holding(scheduler: Writer['scheduler'], slot: SequenceSlot, task: () => Promise<unknown>) {
  const lease = scheduler.tryHold(slot, ticket)
  if (lease === null) return
  try {
    await task()
  } finally {
    lease.release()
  }
}
