import { useTranslation } from 'react-i18next'
import type { FitAnswer, FitEstimate } from '../../../shared/domain/fit.ts'
import { useFormat } from '../../lib/format.ts'
import { Tooltip } from '../ui/tooltip.tsx'
import { FitWord } from './fit-badge.tsx'

export interface FitCellProps {
  estimate: FitEstimate
  machine: FitAnswer['machine']
  className?: string
}

/** The verdict of one estimate; hover and focus show how it was reckoned. */
export function FitCell({ estimate, machine, className }: FitCellProps) {
  const { t } = useTranslation('discover')
  const lines = useArithmetic(estimate, machine)
  const spoken = lines.map(({ label, value }) => (value === null ? label : `${label} ${value}`)).join(', ')
  return (
    <Tooltip
      content={
        <span className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 py-1">
          {lines.map(({ label, value, strong }) =>
            value === null ? (
              <span key={label} className="col-span-2 text-ink-2">
                {label}
              </span>
            ) : (
              <span key={label} className={strong ? 'contents font-semibold' : 'contents text-ink-2'}>
                <span>{label}</span>
                <span className="tabular text-end">{value}</span>
              </span>
            ),
          )}
        </span>
      }
    >
      <button
        type="button"
        aria-label={`${t(`fit.word.${estimate.verdict}`)}. ${t('fit.reckoned')} ${spoken}`}
        className="inline-flex min-h-7 items-center rounded-sm"
      >
        <FitWord verdict={estimate.verdict} {...(className === undefined ? {} : { className })} />
      </button>
    </Tooltip>
  )
}

interface Line {
  label: string
  /** Null: a sentence over the whole width. */
  value: string | null
  strong: boolean
}

function useArithmetic({ memory, gpuLayers, maxContextLength, verdict }: FitEstimate, machine: FitAnswer['machine']) {
  const { t } = useTranslation('discover')
  const { bytes, number } = useFormat()
  const line = (label: string, value: string | null, strong = false): Line => ({ label, value, strong })
  const lines = [
    line(t('fit.weights'), bytes(memory.weights)),
    line(
      memory.slots > 1
        ? t('fit.kvSlots', { tokens: number(memory.contextLength), slots: number(memory.slots) })
        : t('fit.kv', { tokens: number(memory.contextLength) }),
      `+ ${bytes(memory.kv)}`,
    ),
    line(t('fit.compute'), `+ ${bytes(memory.compute)}`),
    line(t('fit.process'), `+ ${bytes(memory.process)}`),
    line(t('fit.total'), `= ${bytes(memory.total)}`, true),
    line(t('fit.ram', { budget: bytes(machine.ramBudgetBytes) }), bytes(memory.ram)),
  ]
  if (machine.vramBudgetBytes > 0) {
    lines.push(line(t('fit.vram', { budget: bytes(machine.vramBudgetBytes) }), bytes(memory.vram)))
  }
  if (verdict === 'partly' && gpuLayers !== null) lines.push(line(t('fit.layers'), number(gpuLayers)))
  if (maxContextLength !== null) lines.push(line(t('fit.maxContext'), number(maxContextLength)))
  lines.push(line(t(memory.exact ? 'fit.exact' : 'fit.guessed'), null))
  return lines
}
