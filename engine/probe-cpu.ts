import { availableParallelism, cpus } from 'node:os'
import { cpu as askCpu, cpuFlags } from 'systeminformation'
import type { CpuFacts } from '../shared/domain/hardware.ts'

/** Model, cores and vector instructions of the processor. What the system does not tell, Node's own knowledge fills. */
export async function probeCpu(): Promise<CpuFacts> {
  const [facts, flags] = await Promise.all([askCpu().catch(() => null), cpuFlags().catch(() => '')])
  // What a container or an affinity mask leaves to this process.
  const logicalCores = availableParallelism()
  const physicalCores = facts !== null && facts.physicalCores > 0 ? facts.physicalCores : logicalCores
  return {
    model: modelName(facts) ?? cpus()[0]?.model.trim() ?? process.arch,
    physicalCores: Math.min(physicalCores, logicalCores),
    logicalCores,
    architecture: process.arch,
    features: featuresOf(flags, process.arch),
  }
}

/** The vector instructions that matter for speed, from flags as Linux (`avx512f`) and macOS (`AVX512F`) write them. */
export function featuresOf(flags: string, arch: string): string[] {
  const words = new Set(flags.toLowerCase().split(/[\s,]+/))
  const has = (...names: string[]) => names.some((name) => words.has(name))
  const features: string[] = []
  if (has('avx2', 'avx2.0')) features.push('AVX2')
  if (has('avx512f')) features.push('AVX-512')
  if (has('amx_tile', 'amx-tile')) features.push('AMX')
  // Part of every 64-bit ARM.
  if (arch === 'arm64' || has('neon', 'asimd')) features.push('NEON')
  return features
}

function modelName(facts: { manufacturer: string; brand: string } | null): string | null {
  if (facts === null || facts.brand.trim() === '') return null
  const { manufacturer, brand } = facts
  return brand.toLowerCase().includes(manufacturer.toLowerCase()) ? brand.trim() : `${manufacturer} ${brand}`.trim()
}
