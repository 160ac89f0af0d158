import { Cpu, Gpu, type LucideIcon, MemoryStick } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { useFormat } from '../../lib/format.ts'
import { useHardware } from '../../lib/state/hardware.ts'
import { bestFeature, usedGpu } from './hardware-facts.ts'

/** What was found on this computer, in three short facts. */
export function HardwareLine() {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const hardware = useHardware().value
  if (hardware === null) {
    return (
      <div role="status" aria-label={t('hardware.asking')} className="flex h-5 items-center gap-6">
        <Skeleton className="w-28" />
        <Skeleton className="w-28" />
        <Skeleton className="w-40" />
      </div>
    )
  }
  const cores = t('hardware.cores', {
    count: hardware.cpu.physicalCores,
    formatted: format.number(hardware.cpu.physicalCores),
  })
  const feature = bestFeature(hardware.cpu.features)
  const gpu = usedGpu(hardware)
  const asking = hardware.state === 'asking' || hardware.choice === null
  const reasons = hardware.choice?.rejected.map((entry) => entry.sentence).join(' ') ?? ''

  return (
    <ul className="tabular flex flex-wrap gap-x-5.5 gap-y-2 text-sm text-ink-2">
      <Fact icon={Cpu} hint={hardware.cpu.model}>
        {feature === null ? cores : t('hardware.cpu', { cores, features: feature })}
      </Fact>
      <Fact icon={MemoryStick} hint={null}>
        {t('hardware.memory', {
          total: `${format.number(Math.round(hardware.totalMemoryBytes / 1e9))} GB`,
          free: format.number(hardware.freeMemoryBytes / 1e9, 1),
        })}
      </Fact>
      {asking ? (
        <li aria-label={t('hardware.asking')} className="flex h-5 items-center">
          <Skeleton className="w-40" />
        </li>
      ) : (
        <Fact icon={Gpu} hint={gpu === null ? reasons : null}>
          {gpu === null
            ? t('hardware.noGpu')
            : gpu.memoryBytes === null
              ? t('hardware.gpuShared', { ...gpu })
              : t('hardware.gpu', { ...gpu, memory: format.bytes(gpu.memoryBytes) })}
        </Fact>
      )}
    </ul>
  )
}

function Fact({ icon: Icon, hint, children }: { icon: LucideIcon; hint: string | null; children: ReactNode }) {
  const fact = (
    <li className="flex items-center gap-2">
      <Icon aria-hidden="true" className="size-4 text-ink-3" strokeWidth={1.75} />
      {children}
    </li>
  )
  return hint === null || hint === '' ? fact : <Tooltip content={hint}>{fact}</Tooltip>
}
