import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { POPUP } from './popup.ts'

export interface SelectOption<T extends string> {
  value: T
  label: string
  hint?: string
  disabled?: boolean
}

export interface SelectProps<T extends string> {
  value: T
  onValueChange: (value: T) => void
  options: readonly SelectOption<T>[]
  label: string
  disabled?: boolean
}

/** One choice of a few. */
export function Select<T extends string>({ value, onValueChange, options, label, disabled = false }: SelectProps<T>) {
  return (
    <Base.Root
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onValueChange(next)
      }}
    >
      <Base.Trigger
        aria-label={label}
        className="inline-flex h-8 items-center justify-between gap-2 rounded-md border border-line bg-surface pr-2 pl-3 text-sm whitespace-nowrap text-ink transition-colors select-none hover:border-line-strong hover:bg-tint data-disabled:opacity-50"
      >
        <Base.Value />
        <Base.Icon>
          <ChevronDown aria-hidden="true" className="size-4 text-ink-3" strokeWidth={1.75} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup className={POPUP}>
            <Base.List className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto outline-none">
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  disabled={option.disabled ?? false}
                  className="grid min-h-8 grid-cols-[1fr_auto] items-center gap-x-4 rounded-sm px-2 py-1.5 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-tint"
                >
                  <span>
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.hint !== undefined && <span className="block text-xs text-ink-3">{option.hint}</span>}
                  </span>
                  <Base.ItemIndicator>
                    <Check aria-hidden="true" className="size-4 text-ember" strokeWidth={1.75} />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
