import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FitAnswer, FitEstimate, FitRequest } from '../../../shared/domain/fit.ts'
import { useFormat } from '../../lib/format.ts'
import { useFit } from '../../lib/state/fit.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { SIZE_TABLE, sizeTableCandidates } from './candidates.ts'
import { FitWord } from './fit-badge.tsx'
import { useSpeedText } from './speed.tsx'

/** Opens the table of model sizes against this computer's memory. */
export function MachineTableButton() {
  const { t } = useTranslation('discover')
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="inline-flex min-h-7 items-center rounded-sm text-ember-ink hover:underline"
        onClick={() => setOpen(true)}
      >
        {t('machine.open')}
      </button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('machine.title')}
        description={t('machine.description')}
        wide
        actions={<Button onClick={() => setOpen(false)}>{t('machine.close')}</Button>}
      >
        {open && <MachineTable />}
      </Dialog>
    </>
  )
}

/** The usual sizes of models, at three precisions, against this computer's memory. */
function MachineTable() {
  const { t } = useTranslation('discover')
  const { bytes, number } = useFormat()
  const request = useMemo(
    (): FitRequest => ({ candidates: sizeTableCandidates(), contextLength: null, kvType: 'f16' }),
    [],
  )
  const { answer, error, retry } = useFit(request)
  const estimates = useMemo(() => new Map(answer?.estimates.map((each) => [each.id, each])), [answer])
  if (error !== null && answer === null) return <ErrorState error={error} onRetry={retry} />
  return (
    <div className="flex flex-col gap-3">
      <div
        className="overflow-x-auto rounded-lg border border-line"
        tabIndex={0}
        role="group"
        aria-label={t('machine.title')}
      >
        <table className="w-full border-collapse text-sm">
          <caption className="sr-only">{t('machine.title')}</caption>
          <thead>
            <tr className="text-xs text-ink-2 [&>th]:px-3 [&>th]:py-2 [&>th]:text-start [&>th]:font-normal">
              <th scope="col">{t('machine.parameters')}</th>
              <th scope="col">{t('machine.f16')}</th>
              <th scope="col">{t('machine.q8')}</th>
              <th scope="col">{t('machine.q4')}</th>
            </tr>
          </thead>
          <tbody>
            {SIZE_TABLE.map(({ billions, cells }) => (
              <tr key={billions} className="border-t border-line">
                <th scope="row" className="px-3 py-2 text-start font-semibold">
                  {number(billions)}B
                </th>
                {cells.map(({ id, sizeBytes }) => (
                  <td key={id} className="px-3 py-2 align-top">
                    <span className="tabular block text-xs text-ink-2">{bytes(sizeBytes)}</span>
                    <Verdict estimate={estimates.get(id)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answer !== null && <MachineLine machine={answer.machine} />}
    </div>
  )
}

function Verdict({ estimate }: { estimate: FitEstimate | undefined }) {
  const speedText = useSpeedText()
  if (estimate === undefined) return <Skeleton className="mt-1 w-24" />
  return (
    <span className="mt-0.5 flex flex-col">
      <FitWord verdict={estimate.verdict} />
      {estimate.speed !== null && (
        <span className="tabular text-xs whitespace-nowrap text-ink-3">{speedText(estimate.speed)}</span>
      )}
    </span>
  )
}

function MachineLine({ machine }: { machine: FitAnswer['machine'] }) {
  const { t } = useTranslation('discover')
  const { bytes } = useFormat()
  return (
    <p className="text-sm text-ink-3">
      {t('machine.ram', { budget: bytes(machine.ramBudgetBytes), total: bytes(machine.ramBytes) })}{' '}
      {machine.vramBytes > 0 &&
        t('machine.vram', { budget: bytes(machine.vramBudgetBytes), total: bytes(machine.vramBytes) })}{' '}
      {machine.ramBytesPerSecond === null
        ? t('machine.measuring')
        : t('machine.bandwidth', { speed: bytes(machine.ramBytesPerSecond) })}
    </p>
  )
}
