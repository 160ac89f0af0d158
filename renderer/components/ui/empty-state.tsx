import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export interface EmptyStateProps {
  icon: LucideIcon
  title: string
  description?: ReactNode
  action?: ReactNode
}

/** A list without anything in it: one sentence, one action. */
export function EmptyState({ icon: Icon, title, description, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <Icon aria-hidden="true" className="size-6 text-ink-3" strokeWidth={1.75} />
      <div className="flex flex-col gap-1">
        <p className="text-base font-semibold">{title}</p>
        {description !== undefined && <p className="max-w-popup text-sm leading-prose text-ink-2">{description}</p>}
      </div>
      {action}
    </div>
  )
}
