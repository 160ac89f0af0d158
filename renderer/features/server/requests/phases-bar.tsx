import { useTranslation } from 'react-i18next'
import { cn } from '../../../lib/cn.ts'
import { seconds } from './figures.ts'
import type { Phase, PhaseName } from './phases.ts'

const COLOURS: Record<PhaseName, string> = {
  queue: 'bg-line-strong',
  load: 'bg-ink-3',
  read: 'bg-ember/50',
  write: 'bg-ember',
}

/** What the time was spent on, to scale, with a legend. */
export function PhasesBar({ phases }: { phases: readonly Phase[] }) {
  const { t, i18n } = useTranslation('server')
  if (phases.length === 0) return null
  return (
    <div className="flex flex-col gap-2">
      <div aria-hidden="true" className="flex h-2 gap-px overflow-hidden rounded-full">
        {phases.map(({ name, ms }) => (
          <span key={name} className={cn('min-w-0.5', COLOURS[name])} style={{ flexGrow: ms }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
        {phases.map(({ name, ms }) => (
          <li key={name} className="tabular flex items-center gap-1.5">
            <span aria-hidden="true" className={cn('size-2 rounded-full', COLOURS[name])} />
            {t(`phase.${name}`)} <span className="text-ink">{seconds(ms, i18n.language)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
