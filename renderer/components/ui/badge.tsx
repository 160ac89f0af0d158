import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../../lib/cn.ts'

const TONES = {
  neutral: 'bg-tint text-ink-2',
  ember: 'bg-ember-soft text-ember-ink',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
}

export interface BadgeProps {
  tone?: keyof typeof TONES
  icon?: LucideIcon
  children: ReactNode
  className?: string
}

/** A word about the state of something. */
export function Badge({ tone = 'neutral', icon: Icon, children, className }: BadgeProps) {
  return (
    <span
      className={cn(
        'tabular inline-flex h-5.5 shrink-0 items-center gap-1.5 rounded-sm px-2 text-xs whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {Icon !== undefined && <Icon aria-hidden="true" className="size-3.5" strokeWidth={1.75} />}
      {children}
    </span>
  )
}
