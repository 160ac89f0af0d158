import { LoaderCircle } from 'lucide-react'
import { cn } from '../../lib/cn.ts'

/** Something is under way; say beside it what. */
export function Spinner({ className }: { className?: string }) {
  return (
    <LoaderCircle aria-hidden="true" strokeWidth={1.75} className={cn('size-4 animate-spin text-ink-3', className)} />
  )
}
