import { Sparkles } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { FitAnswer, FitEstimate } from '../../../shared/domain/fit.ts'
import type { HubRepo, HubVariant } from '../../../shared/domain/hubs.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { FitCell } from './fit-arithmetic.tsx'
import { FitBar } from './fit-badge.tsx'
import { bitsPerWeight, quantizationWords } from './quantization-words.ts'
import { SpeedCell } from './speed.tsx'
import { VariantAction } from './variant-action.tsx'
import type { VariantState } from './variant-state.ts'

export interface VariantRowProps {
  repo: HubRepo
  variant: HubVariant
  state: VariantState
  /** Null until it is reckoned, or when its size is not known. */
  estimate: FitEstimate | null
  machine: FitAnswer['machine'] | null
  parameters: number | null
  recommended: boolean
  /** The figures belong to an earlier choice of context. */
  stale: boolean
  /** Nothing was reckoned yet. */
  pending: boolean
}

/** One quantization: what it is, what it takes, and how it would run here. Narrow, the figures stand below each other. */
export function VariantRow(props: VariantRowProps) {
  const { repo, variant, state, estimate, machine, parameters, recommended, stale, pending } = props
  const { t } = useTranslation('discover')
  const { t: models } = useTranslation('models')
  const { bytes, number } = useFormat()
  const bits = variant.sizeBytes === null ? null : bitsPerWeight(variant.sizeBytes, parameters ?? 0)
  const size = variant.sizeBytes === null ? t('variant.sizeUnknown') : bytes(variant.sizeBytes)
  const bitText = bits === null ? '–' : number(bits, 1)
  return (
    <tr className={cn('border-t border-line', recommended && 'bg-ember-soft', variant.incomplete && 'text-ink-3')}>
      <th scope="row" className="py-2.5 ps-4 pe-2 text-start align-middle font-normal">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-mono text-sm font-semibold break-all">{variant.id}</span>
          {recommended && (
            <span className="inline-flex items-center gap-1 text-xs whitespace-nowrap text-ember-ink">
              <Sparkles aria-hidden="true" className="size-3.5" strokeWidth={1.75} />
              {t('picker.best')}
            </span>
          )}
        </span>
        <span className={cn('mt-0.5 block text-xs', recommended ? 'text-ink-2' : 'text-ink-3')}>
          {variant.incomplete
            ? t('variant.incompleteShort')
            : models(`quantization.${quantizationWords(variant.quantization ?? '')}`)}
        </span>
        <span className="tabular mt-1 block text-xs text-ink-2 @2xl:hidden">
          {size}
          {bits !== null && ` · ${t('picker.bitsShort', { bits: bitText })}`}
        </span>
      </th>
      <td className="tabular hidden px-2 text-sm text-ink-2 @2xl:table-cell">{bitText}</td>
      <td className="tabular hidden px-2 text-sm whitespace-nowrap @2xl:table-cell">{size}</td>
      {estimate === null || machine === null ? (
        <>
          <td className="px-2 text-sm text-ink-3">
            {pending && variant.sizeBytes !== null && !variant.incomplete ? <Skeleton className="w-16" /> : '–'}
          </td>
          <td className="hidden px-2 text-sm text-ink-3 @2xl:table-cell">–</td>
          <td className="hidden px-2 text-sm text-ink-3 @2xl:table-cell">–</td>
        </>
      ) : (
        <>
          <td className={cn('px-2 py-2.5 align-middle transition-opacity', stale && 'opacity-50')}>
            <Memory estimate={estimate} machine={machine} />
            <span className="mt-1 flex flex-col items-start @2xl:hidden">
              <FitCell estimate={estimate} machine={machine} />
              <SpeedCell speed={estimate.speed} />
            </span>
          </td>
          <td className={cn('hidden px-2 transition-opacity @2xl:table-cell', stale && 'opacity-50')}>
            <FitCell estimate={estimate} machine={machine} />
          </td>
          <td className={cn('hidden px-2 transition-opacity @2xl:table-cell', stale && 'opacity-50')}>
            <SpeedCell speed={estimate.speed} />
          </td>
        </>
      )}
      <td className="py-2.5 ps-2 pe-3 text-end align-middle">
        <VariantAction repo={repo} variant={variant} state={state} recommended={recommended} />
      </td>
    </tr>
  )
}

function Memory({ estimate, machine }: { estimate: FitEstimate; machine: FitAnswer['machine'] }) {
  const { t } = useTranslation('discover')
  const { bytes } = useFormat()
  const { memory, verdict } = estimate
  const onGpu = memory.vram > 0
  const onlyGpu = verdict === 'gpu' && onGpu
  const need = onlyGpu ? memory.vram : memory.total
  const budget = onlyGpu ? machine.vramBudgetBytes : machine.ramBudgetBytes + (onGpu ? machine.vramBudgetBytes : 0)
  return (
    <span className="flex w-full max-w-24 flex-col gap-1.5">
      <span className="tabular flex flex-col text-xs whitespace-nowrap text-ink-2">
        {onGpu ? (
          <>
            <span>{t('picker.vram', { size: bytes(memory.vram) })}</span>
            <span>{t('picker.ram', { size: bytes(memory.ram) })}</span>
          </>
        ) : (
          bytes(memory.total)
        )}
      </span>
      <FitBar need={need} budget={budget} verdict={verdict} />
    </span>
  )
}
