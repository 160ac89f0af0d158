import { cn } from '../../lib/cn.ts'

/** The shape of what is coming; seen only when it takes longer than 200 ms. Size it with `className`. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden="true" className="block animate-after-200">
      <span className={cn('block h-4 animate-breathe rounded-sm bg-tint', className)} />
    </span>
  )
}
