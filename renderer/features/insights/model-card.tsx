import { Eject, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { Button } from '../../components/ui/button.tsx'
import { Card } from '../../components/ui/card.tsx'
import { useConfirm } from '../../components/ui/confirm.tsx'
import { ProgressBar } from '../../components/ui/progress-bar.tsx'
import { useCall } from '../../components/use-call.ts'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { Link } from '../../lib/router.ts'
import { countdown } from './countdown.ts'
import { EngineFacts } from './engine-facts.tsx'
import { Slots } from './slots.tsx'
import { useNow } from '../../lib/use-now.ts'

const TONES = { loading: 'ember', ready: 'good', unloading: 'neutral', failed: 'bad' } as const

/** A model in memory: how it runs, whom it answers, and how long it stays. */
export function ModelCard({ loaded }: { loaded: LoadedModel }) {
  const { t } = useTranslation('insights')
  const { bytes, number } = useFormat()
  const confirm = useConfirm()
  const call = useCall()
  const errorText = useErrorText()
  const { model, state, active, queued, memoryBytes } = loaded
  const unload = async () => {
    if (active > 0) {
      const question = {
        title: t('unload.title', { model }),
        description: t('unload.hint'),
        action: t('unload.action'),
      }
      if (!(await confirm(question))) return
    }
    call((client) => client.engines.unload({ model }))
  }
  const failure = loaded.error === null ? null : errorText(loaded.error)
  return (
    <Card className="flex flex-col gap-3.5 p-4" role="group" aria-label={model}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="min-w-0 text-base font-semibold wrap-anywhere">
          <Link to={{ page: 'models', name: model }} className="rounded-sm hover:underline">
            {model}
          </Link>
        </h3>
        <span className="flex grow flex-wrap items-center gap-1.5">
          <Badge tone={TONES[state]}>
            {t(`state.${state}`, { percent: number(Math.floor(loaded.progress * 100)) })}
          </Badge>
          {active > 0 && <Badge tone="ember">{t('model.active', { count: active })}</Badge>}
          {queued > 0 && <Badge tone="warn">{t('model.queued', { count: queued })}</Badge>}
        </span>
        {state === 'ready' && <Stay loaded={loaded} />}
        {memoryBytes !== null && <span className="tabular text-sm font-semibold">{bytes(memoryBytes)}</span>}
        {state !== 'failed' && (
          <Button size="sm" icon={Eject} busy={state === 'unloading'} onClick={() => void unload()}>
            {t(state === 'loading' ? 'unload.cancel' : 'unload.action')}
          </Button>
        )}
      </div>
      {state === 'loading' && (
        <ProgressBar value={loaded.progress} label={t('state.loading', { percent: number(loaded.progress * 100) })} />
      )}
      {failure !== null && (
        <p className="text-sm wrap-anywhere text-bad">
          {failure.title} <span className="text-ink-2">{failure.suggestion}</span>
        </p>
      )}
      {loaded.tuning !== null && <Tuning model={model} progress={loaded.tuning} />}
      {loaded.rungs.length > 0 && (
        <ul className="flex flex-col gap-1 text-sm text-ink-2">
          {loaded.rungs.map((rung) => (
            <li key={JSON.stringify(rung)} className="flex items-start gap-2">
              <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" strokeWidth={1.75} />
              {rung.kind === 'evicted'
                ? t('rung.evicted', { model: rung.model })
                : t(`rung.${rung.kind}`, {
                    from: typeof rung.from === 'number' ? number(rung.from) : rung.from.toUpperCase(),
                    to: typeof rung.to === 'number' ? number(rung.to) : rung.to.toUpperCase(),
                  })}
            </li>
          ))}
        </ul>
      )}
      {state === 'ready' && (
        <>
          <EngineFacts loaded={loaded} />
          <Slots slots={loaded.slots} contextLength={loaded.contextLength} />
        </>
      )}
    </Card>
  )
}

/** How long the model stays. */
function Stay({ loaded: { active, unloadAt } }: { loaded: LoadedModel }) {
  const { t } = useTranslation('insights')
  const now = useNow(unloadAt !== null && active === 0)
  if (active > 0) return null
  return (
    <span className="tabular text-sm text-ink-3">
      {unloadAt === null ? t('stay.needed') : t('stay.until', { time: countdown(unloadAt - now) })}
    </span>
  )
}

/** A measurement that runs, and the way to end it. */
function Tuning({ model, progress }: { model: string; progress: number }) {
  const { t } = useTranslation('insights')
  const { number } = useFormat()
  const call = useCall()
  const text = t('tuning.running', { percent: number(Math.floor(progress * 100)) })
  return (
    <div className="flex items-center gap-3 rounded-md bg-tint px-3 py-2 text-sm">
      <span className="tabular">{text}</span>
      <ProgressBar value={progress} label={text} className="grow" />
      <Button size="sm" variant="ghost" onClick={() => call((client) => client.engines.cancelTuning({ model }))}>
        {t('tuning.cancel')}
      </Button>
    </div>
  )
}
