import { CircleCheck, CircleMinus, Gauge } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HubReach as Reach } from '../../../shared/domain/hubs.ts'
import { Button } from '../../components/ui/button.tsx'
import { useFormat } from '../../lib/format.ts'
import { rpc } from '../../lib/rpc.ts'
import { useTask } from './use-task.ts'

/** Which hubs answer and how fast, once the person asks: nothing is sent before. */
export function HubReach() {
  const { t } = useTranslation('settings')
  const format = useFormat()
  const { busy, run } = useTask()
  const [answers, setAnswers] = useState<readonly Reach[] | null>(null)
  const test = async () => setAnswers(await rpc().hubs.reach())
  return (
    <div className="flex flex-col items-start gap-3">
      {answers !== null && (
        <ul aria-live="polite" className="flex w-full flex-col gap-2.5 rounded-md bg-sunken p-3.5 text-sm">
          {answers.map(({ hub, endpoint, latencyMs }) => (
            <li key={hub} className="flex items-start gap-2.5">
              {latencyMs === null ? (
                <CircleMinus aria-hidden="true" className="mt-px size-4 shrink-0 text-bad" strokeWidth={1.75} />
              ) : (
                <CircleCheck aria-hidden="true" className="mt-px size-4 shrink-0 text-good" strokeWidth={1.75} />
              )}
              <span className="min-w-0">
                <b>{t(`models.hub.${hub}`)}</b>{' '}
                <span className="tabular">
                  {latencyMs === null
                    ? t('models.reach.silent')
                    : t('models.reach.answers', { ms: format.number(latencyMs) })}
                </span>
                <span className="block wrap-anywhere text-ink-3">{endpoint}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <Button icon={Gauge} busy={busy} onClick={() => void run(test)}>
        {t('models.reach.action')}
      </Button>
    </div>
  )
}
