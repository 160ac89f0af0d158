import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check, Minus } from 'lucide-react'

export interface CheckboxProps {
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  label: string
  /** Some of what it stands for is chosen. */
  indeterminate?: boolean
  disabled?: boolean
}

/** Chosen or not. */
export function Checkbox({ checked, onCheckedChange, label, indeterminate = false, disabled = false }: CheckboxProps) {
  const Icon = indeterminate ? Minus : Check
  return (
    <Base.Root
      checked={checked}
      indeterminate={indeterminate}
      disabled={disabled}
      onCheckedChange={(next) => onCheckedChange(next)}
      aria-label={label}
      className="relative flex size-4.5 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface transition-colors before:absolute before:-inset-1.5 hover:border-ink-3 data-checked:border-ember data-checked:bg-ember data-disabled:opacity-50 data-indeterminate:border-ember data-indeterminate:bg-ember"
    >
      <Base.Indicator className="flex text-on-ember">
        <Icon aria-hidden="true" className="size-3.5" strokeWidth={2.5} />
      </Base.Indicator>
    </Base.Root>
  )
}
