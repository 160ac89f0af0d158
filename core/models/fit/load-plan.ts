import type { MemoryNeed } from '../../../shared/domain/fit.ts'
import type { BackendChoice } from '../../../shared/domain/hardware.ts'
import type { KvType, LoadSettings } from '../../../shared/domain/models.ts'
import { layersThatFit, memoryNeed, type MemoryPlan } from './memory.ts'

/** Answers that one engine writes at the same time. */
export const SLOTS = 2
/** Tokens of context unless asked for more, for every door alike; a model trained for less gets less. */
export const DEFAULT_CONTEXT_LENGTH = 8192
export const DEFAULT_KV_TYPE: KvType = 'f16'
/** Part of a GPU's free memory that stays free, for the driver and the screen. */
const vramReserve = 0.07

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

/** How a load shares a model between the two memories, and what that takes. */
export interface LoadMemory {
  need: MemoryNeed
  /** Layers on the GPU, the output layer counted; null on the processor alone. */
  gpuLayers: number | null
}

/** @param most layers on the GPU at most; undefined takes as many as fit */
export function planLoadMemory(
  plan: Omit<MemoryPlan, 'gpuLayers' | 'backend' | 'slots'>,
  choice: Pick<BackendChoice, 'chosen' | 'gpu'>,
  most?: number,
): LoadMemory {
  const whole = { ...plan, slots: SLOTS, backend: choice.chosen }
  if (choice.chosen === 'cpu') return { need: memoryNeed({ ...whole, gpuLayers: 0 }), gpuLayers: null }
  const gpuLayers = Math.min(most ?? Infinity, layersThatFit(whole, vramBudget(choice)))
  return { need: memoryNeed({ ...whole, gpuLayers }), gpuLayers }
}
