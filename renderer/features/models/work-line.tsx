import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { ProgressBar } from '../../components/ui/progress-bar.tsx'
import { useFormat } from '../../lib/format.ts'
import { timeLeft, type Work } from './work.ts'

/** How far a long piece of work is, how long it still takes, and a way to end it. */
export function WorkLine({ work, label }: { work: Work; label: string }) {
  const { t } = useTranslation('models')
  const { bytes, duration } = useFormat()
  const { progress, startedAt } = work
  const left = progress === null ? null : timeLeft(progress, startedAt, Date.now())
  return (
    <div className="flex items-center gap-3">
      <div className="flex min-w-0 grow flex-col gap-1.5">
        <p className="tabular text-sm text-ink-2">
          {[
            label,
            ...(progress === null
              ? []
              : [t('work.amount', { done: bytes(progress.doneBytes), total: bytes(progress.totalBytes) })]),
            ...(left === null ? [] : [t('work.left', { time: duration(left) })]),
          ].join(' · ')}
        </p>
        <ProgressBar
          label={label}
          value={progress === null || progress.totalBytes <= 0 ? null : progress.doneBytes / progress.totalBytes}
        />
      </div>
      <Button size="sm" onClick={work.cancel}>
        {t('work.cancel')}
      </Button>
    </div>
  )
}
