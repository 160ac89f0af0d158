import { AppError } from '../shared/domain/errors.ts'
import type { LoadOptions } from '../shared/process/engine.ts'

/**
 * Refuses load settings that contradict each other, before anything is read.
 *
 * @throws AppError `unsupported_parameter`
 */
export function refuseContradictions({ kvType, flashAttention, backend, split }: LoadOptions): void {
  if (kvType !== 'f16' && !flashAttention) {
    throw refused(
      'kvType',
      `A KV cache of ${kvType.toUpperCase()} can only be read with flash attention, which is off.`,
      'Switch flash attention on in the model’s settings, or store the cache in F16.',
    )
  }
  if (backend === 'cpu' && (split.mainGpu !== null || split.tensorSplit.length > 0)) {
    throw refused(
      'split',
      'The model can’t be distributed over graphics cards: the processor does all the work.',
      'Choose a graphics backend in the settings, or remove the distribution from the model’s settings.',
    )
  }
  if (split.tensorSplit.some((share) => !Number.isFinite(share) || share < 0)) {
    throw refused('split', 'Each graphics card’s share of a model is a number of 0 or more.', 'Correct the shares.')
  }
}

/**
 * Refuses load settings that need more than the library which runs.
 *
 * @throws AppError `unsupported_parameter`
 */
export function refuseWhatLlamaLacks(options: LoadOptions, able: { native: boolean; mlock: boolean }): void {
  const { mainGpu, tensorSplit, cpuExpertLayers } = options.split
  if (!able.native && (mainGpu !== null || tensorSplit.length > 0 || cpuExpertLayers > 0)) {
    throw refused(
      'split',
      'Distributing a model over several graphics cards, or keeping its experts on the processor, needs Hearth’s own build of the engine, which does not run here.',
      'Remove these from the model’s settings, or install a release of Hearth that carries the build.',
    )
  }
  if (options.mlock && !able.mlock) {
    throw refused(
      'mlock',
      'This system can’t keep a model’s memory from being swapped out.',
      'Switch “keep in memory” off in the model’s settings.',
    )
  }
}

function refused(parameter: string, message: string, suggestion: string): AppError {
  return new AppError({ code: 'unsupported_parameter', message, suggestion, data: { parameter } })
}
