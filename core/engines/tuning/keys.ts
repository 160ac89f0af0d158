import type { BackendChoice, CpuFacts } from '../../../shared/domain/hardware.ts'
import type { Model } from '../../../shared/domain/models.ts'

/** A machine and an engine, as far as they decide what suits a model. */
export function machineKey(
  cpu: CpuFacts,
  { chosen, gpu }: Pick<BackendChoice, 'chosen' | 'gpu'>,
  { driver, engine }: { driver: string; engine: string },
): string {
  const { model, physicalCores, logicalCores, architecture } = cpu
  const graphics = chosen === 'cpu' ? null : [gpu?.name ?? null, driver]
  return JSON.stringify([model, physicalCores, logicalCores, architecture, chosen, graphics, engine])
}

/** The same weights, loaded the same way, wherever they lie: by their hash where it is known, and by their size. */
export function fileKeys({
  files,
  sizeBytes,
  defaults: { load },
}: Pick<Model, 'files' | 'sizeBytes' | 'defaults'>): string[] {
  const { kvType = null, gpuLayers = null, cpuExpertLayers = null } = load
  const hash = files.find((file) => file.role === 'weights')?.sha256 ?? null
  const known = [...(hash === null ? [] : [hash]), sizeBytes]
  return known.map((file) => JSON.stringify([file, kvType, gpuLayers, cpuExpertLayers]))
}
