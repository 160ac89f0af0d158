import { availableParallelism } from 'node:os'
import type { LlamaModel } from 'node-llama-cpp'
import { AppError } from '../../shared/domain/errors.ts'
import type { LoadOptions } from '../../shared/process/engine.ts'
import { openBenchContext } from './bench-context.ts'
import { measure, type Measured } from './measure.ts'

/** Steps of the progress bar, and at the same time of what wakes the host as tokens would. */
const TELL_MS = 16
/** It takes about so long; the bar waits at the end for what takes longer. */
const USUAL_MS = 9_000

/**
 * Finds out what suits a loaded model on this machine: threads, batches and attention, each by the 90th percentile of
 * its steps, in about nine seconds. It computes in contexts of its own, one at a time, each of at most 3,072 tokens;
 * what the slots hold stays. Nothing else may compute meanwhile: whoever comes aborts the signal and waits for the
 * promise, which rejects with the signal's reason after the step or chunk that runs (300 ms or less, but for one step of
 * a huge model). Afterwards `llama.maxThreads` is what it was.
 *
 * What it finds is for the next load: only thread counts and `decodeBatchMax` can be taken over at once.
 *
 * @param onProgress 0 to 1
 * @throws AppError `out_of_memory` when there is no room for a second context
 */
export async function tune(
  { model, options }: { model: LlamaModel; options: LoadOptions },
  signal: AbortSignal,
  onProgress: (progress: number) => void,
): Promise<Measured> {
  const startedAt = performance.now()
  let toldAt = Number.NEGATIVE_INFINITY
  const tell = () => {
    const now = performance.now()
    if (now - toldAt < TELL_MS) return
    toldAt = now
    onProgress(Math.min(0.99, (now - startedAt) / USUAL_MS))
  }
  // A context that has just computed gives its threads back with a timer.
  await new Promise((resolve) => setTimeout(resolve, 1))
  signal.throwIfAborted()
  let failure: unknown
  const { decodeThreads, batchThreads, decodeBatchMax, flashAttention, batchSize, kvType } = options
  const measured = await measure({
    open: (settings) =>
      openBenchContext(model, options, settings, signal, tell).catch((error: unknown) => {
        signal.throwIfAborted()
        failure = error
        return null
      }),
    cores: coresFor(model),
    present: {
      decodeThreads,
      batchThreads,
      decodeBatchMax,
      flashAttention: kvType === 'f16' ? flashAttention : true,
      batchSize,
    },
    mayChangeAttention: kvType === 'f16',
    contextLength: Math.min(options.contextLength, model.trainContextSize),
    signal,
    now: () => performance.now(),
  })
  if (measured === null) {
    throw new AppError({
      code: 'out_of_memory',
      message: 'There is not enough free memory to measure this model.',
      suggestion: 'Unload other models and try again.',
      cause: failure,
    })
  }
  onProgress(1)
  return measured
}

/** Hyperthreads do not count, unless there is nothing else; as `core/hardware/plan-threads.ts`. */
function coresFor(model: LlamaModel): number {
  const logical = availableParallelism()
  return logical <= 2 ? logical : Math.min(Math.max(model.llama.cpuMathCores, 2), logical)
}
