import { CircleCheck, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { FitEstimate, FitVerdict } from '../../../shared/domain/fit.ts'
import { cn } from '../../lib/cn.ts'
import { Badge } from '../ui/badge.tsx'

const LOOKS: Record<FitVerdict, { tone: 'good' | 'warn' | 'bad'; icon: LucideIcon }> = {
  gpu: { tone: 'good', icon: CircleCheck },
  cpu: { tone: 'good', icon: CircleCheck },
  partly: { tone: 'good', icon: CircleCheck },
  tight: { tone: 'warn', icon: TriangleAlert },
  no: { tone: 'bad', icon: CircleX },
}

const COLOURS = { good: 'text-good', warn: 'text-warn', bad: 'text-bad' }
const BARS = { good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad' }

/** Below this many tokens a second, nobody would say that a model runs well. */
const SLOW_TPS = 3

/** Whether a model would run well here: it fits with room to spare, and is not expected to crawl. */
export function runsWell({ verdict, speed }: Pick<FitEstimate, 'verdict' | 'speed'>): boolean {
  return verdict !== 'no' && verdict !== 'tight' && !isSlow({ verdict, speed })
}

function isSlow({ verdict, speed }: Pick<FitEstimate, 'verdict' | 'speed'>): boolean {
  return verdict !== 'no' && speed !== null && speed.tokensPerSecond < SLOW_TPS
}

/** Whether a model would run here, in two words: for lists. */
export function FitBadge({ verdict, speed = null }: { verdict: FitVerdict; speed?: FitEstimate['speed'] }) {
  const { t } = useTranslation('discover')
  const slow = verdict !== 'tight' && isSlow({ verdict, speed })
  const { tone, icon } = LOOKS[slow ? 'tight' : verdict]
  return (
    <Badge tone={tone} icon={icon}>
      {slow ? t('fit.slow') : t(`fit.short.${verdict}`)}
    </Badge>
  )
}

/** Where a model would run here, as icon and word: for tables. */
export function FitWord({ verdict, className }: { verdict: FitVerdict; className?: string }) {
  const { t } = useTranslation('discover')
  const { tone, icon: Icon } = LOOKS[verdict]
  return (
    <span className={cn('inline-flex items-center gap-1.5 text-sm whitespace-nowrap', COLOURS[tone], className)}>
      <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
      {t(`fit.word.${verdict}`)}
    </span>
  )
}

/** Need against budget, as a bar in the colour of the verdict. Say the figures beside it. */
export function FitBar({ need, budget, verdict }: { need: number; budget: number; verdict: FitVerdict }) {
  const share = budget > 0 ? Math.min(1, need / budget) : 1
  return (
    <span aria-hidden="true" className="block h-1 w-full overflow-hidden rounded-full bg-line">
      <span
        className={cn('block h-full rounded-full transition-all', BARS[LOOKS[verdict].tone])}
        style={{ width: `${Math.round(share * 100)}%` }}
      />
    </span>
  )
}
