import { Progress } from '@base-ui/react/progress'
import { cn } from '../../lib/cn.ts'

/** How far something is, 0 to 1; null when that is not known. */
export function ProgressBar({ value, label, className }: { value: number | null; label: string; className?: string }) {
  return (
    <Progress.Root value={value === null ? null : Math.round(value * 100)} aria-label={label} className={className}>
      <Progress.Track className="block h-1 overflow-hidden rounded-full bg-line">
        <Progress.Indicator
          className={cn('block h-full rounded-full bg-ember transition-all', value === null && 'w-1/3 animate-breathe')}
        />
      </Progress.Track>
    </Progress.Root>
  )
}
