import { CircleStop, Gauge } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { Model, Tuning } from '../../../shared/domain/models.ts'
import { Button } from '../../components/ui/button.tsx'
import { Card } from '../../components/ui/card.tsx'
import { ProgressBar } from '../../components/ui/progress-bar.tsx'
import { useCall } from '../../components/use-call.ts'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { rpc } from '../../lib/rpc.ts'
import { bestSpeed } from './tuning-words.ts'

/** What suits the model on this computer, as it was measured, and the way to measure it now. */
export function ModelTuning({ model, loaded }: { model: Model; loaded: LoadedModel | null }) {
  const { t } = useTranslation('models')
  const { date, number } = useFormat()
  const errorText = useErrorText()
  const call = useCall()
  const [asked, setAsked] = useState(false)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { name, tuning } = model
  const progress = loaded?.tuning ?? null
  const running = asked || progress !== null

  const measure = async () => {
    setAsked(true)
    setError(null)
    try {
      await rpc().engines.tune({ model: name })
    } catch (reason) {
      const info = errorInfo(reason)
      if (info.code !== 'cancelled') setError(info)
    } finally {
      setAsked(false)
    }
  }
  const failure = error === null ? null : errorText(error)
  const words = t('tuning.running', { percent: number(Math.floor((progress ?? 0) * 100)) })
  return (
    <Card className="flex flex-col gap-3 p-4" role="group" aria-label={t('tuning.title')}>
      <div className="flex flex-wrap items-baseline gap-2">
        <h3 className="grow font-semibold">{t('tuning.title')}</h3>
        {tuning !== null && (
          <span className="text-sm text-ink-3">{t('tuning.at', { date: date(tuning.measuredAt) })}</span>
        )}
      </div>
      {tuning === null ? <p className="text-sm text-ink-2">{t('tuning.never')}</p> : <Figures tuning={tuning} />}
      {failure !== null && (
        <p role="alert" className="text-sm wrap-anywhere text-bad">
          {failure.title} <span className="text-ink-2">{failure.suggestion}</span>
        </p>
      )}
      {running ? (
        <div className="flex items-center gap-3 text-sm">
          <span className="tabular">{words}</span>
          <ProgressBar value={progress} label={words} className="grow" />
          <Button
            size="sm"
            icon={CircleStop}
            onClick={() => call((client) => client.engines.cancelTuning({ model: name }))}
          >
            {t('tuning.cancel')}
          </Button>
        </div>
      ) : (
        <div>
          <Button size="sm" icon={Gauge} disabled={model.problem !== null} onClick={() => void measure()}>
            {t(tuning === null ? 'tuning.measure' : 'tuning.again')}
          </Button>
        </div>
      )}
    </Card>
  )
}

function Figures({ tuning }: { tuning: Tuning }) {
  const { t } = useTranslation('models')
  const { number, tokensPerSecond } = useFormat()
  const speed = (what: 'decode' | 'prefill') => {
    const best = bestSpeed(tuning, what)
    return best === null ? '–' : t('speed.value', { speed: tokensPerSecond(best) })
  }
  const facts = [
    [t('tuning.writing'), speed('decode')],
    [t('tuning.reading'), speed('prefill')],
    [t('tuning.threads'), t('tuning.threadsEach', { decode: tuning.decodeThreads, batch: tuning.batchThreads })],
    [t('tuning.flashAttention'), t(tuning.flashAttention ? 'choice.on' : 'choice.off')],
    [t('tuning.batchSize'), t('fact.tokens', { tokens: number(tuning.batchSize) })],
  ] as const
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5 @lg:grid-cols-3">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-xs text-ink-3">{label}</dt>
            <dd className="tabular mt-0.5 text-sm">{value}</dd>
          </div>
        ))}
      </dl>
      {tuning.measured.length > 0 && (
        <details className="text-sm">
          <summary className="w-fit rounded-sm text-ember-ink">{t('tuning.all')}</summary>
          <table className="mt-2 w-full border-collapse">
            <tbody>
              {tuning.measured.map(({ what, setting, tokensPerSecond: tps }) => (
                <tr key={`${what} ${setting}`} className="border-t border-line">
                  <th scope="row" className="py-1 pe-2 text-start font-normal">
                    {t(`tuning.what.${what}`)}
                  </th>
                  <td className="tabular px-2 text-ink-2">{setting}</td>
                  <td className="tabular ps-2 text-end">{t('speed.value', { speed: tokensPerSecond(tps) })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  )
}
