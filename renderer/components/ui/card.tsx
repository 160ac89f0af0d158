import type { ComponentProps } from 'react'
import { cn } from '../../lib/cn.ts'

/** A bordered surface. */
export function Card({ className, ...props }: ComponentProps<'div'>) {
  return <div {...props} className={cn('rounded-lg border border-line bg-surface', className)} />
}
