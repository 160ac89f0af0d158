import { useTranslation } from 'react-i18next'
import { Door } from '../../../shared/domain/actor.ts'
import type { EngineSlot } from '../../../shared/domain/engines.ts'
import { Meter } from '../../components/ui/meter.tsx'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'

const DOTS = { idle: 'bg-line-strong', prefill: 'bg-warn', decode: 'bg-ember' }

/** The sequences of a model: what each does, for whom, and how full it is. */
export function Slots({ slots, contextLength }: { slots: readonly EngineSlot[]; contextLength: number | null }) {
  const { t } = useTranslation('insights')
  if (slots.length === 0) return null
  return (
    <ul aria-label={t('slot.list')} className="grid grid-cols-1 gap-2 @2xl:grid-cols-2">
      {slots.map((slot, index) => (
        // Slots have no name but their place.
        <Slot key={index} slot={slot} place={index + 1} contextLength={contextLength} />
      ))}
    </ul>
  )
}

function Slot({ slot, place, contextLength }: { slot: EngineSlot; place: number; contextLength: number | null }) {
  const { t } = useTranslation('insights')
  const { number } = useFormat()
  const { state, owner, priority, tokens } = slot
  const door = Door.safeParse(owner)
  const who = [
    ...(owner === null ? [] : [door.success ? t(`door.${door.data}`) : owner]),
    ...(priority === null ? [] : [t(`priority.${priority}`)]),
  ]
  const filled =
    contextLength === null
      ? t('unit.tokens', { value: number(tokens) })
      : t('slot.filled', { tokens: number(tokens), context: number(contextLength) })
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-md border border-line px-3 py-2 text-sm">
      <div className="flex items-center gap-2">
        <span aria-hidden="true" className={cn('size-2 shrink-0 rounded-full', DOTS[state])} />
        <span className="shrink-0">{t('slot.name', { place: number(place) })}</span>
        <span className={cn('shrink-0', state === 'idle' ? 'text-ink-3' : 'font-semibold')}>{t(`slot.${state}`)}</span>
        <span className="min-w-0 grow truncate text-ink-2">{who.join(' · ')}</span>
        <span className="tabular shrink-0 text-xs text-ink-3">{filled}</span>
      </div>
      <Meter value={tokens} max={contextLength ?? Math.max(tokens, 1)} label={t('slot.meter')} text={filled} />
    </li>
  )
}
