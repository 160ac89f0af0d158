import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { cn } from '../../lib/cn.ts'

export interface TabsProps<T extends string> {
  value: T
  onValueChange: (value: T) => void
  tabs: readonly { value: T; label: string; badge?: ReactNode }[]
  variant: 'segmented' | 'underline'
  label: string
}

/** The choice between views; the view itself is drawn by the caller. */
export function Tabs<T extends string>({ value, onValueChange, tabs, variant, label }: TabsProps<T>) {
  const segmented = variant === 'segmented'
  return (
    // The cast is safe: only the values of `tabs` are rendered.
    <Base.Root value={value} onValueChange={(next) => onValueChange(next as T)}>
      <Base.List
        aria-label={label}
        activateOnFocus
        className={cn('relative flex', segmented ? 'rounded-lg bg-tint p-0.5' : 'gap-1')}
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className={cn(
              'flex items-center gap-1.5 px-3 text-sm whitespace-nowrap text-ink-2 transition-colors select-none hover:text-ink data-active:font-semibold data-active:text-ink',
              segmented
                ? 'h-7.5 rounded-md data-active:bg-surface data-active:shadow-control dark:data-active:bg-bubble'
                : 'h-10 border-b-2 border-transparent -outline-offset-2 data-active:border-ember',
            )}
          >
            {tab.label}
            {tab.badge !== undefined && <span className="tabular text-ink-3">{tab.badge}</span>}
          </Base.Tab>
        ))}
      </Base.List>
    </Base.Root>
  )
}
