import { Meter as Base } from '@base-ui/react/meter'

/** How much of something is used; say the figures beside it. */
export function Meter({ value, max, label, text }: { value: number; max: number; label: string; text?: string }) {
  return (
    <Base.Root
      value={Math.min(value, max)}
      max={max > 0 ? max : 1}
      aria-label={label}
      getAriaValueText={(formatted) => text ?? formatted}
    >
      <Base.Track className="block h-1 overflow-hidden rounded-full bg-line">
        <Base.Indicator className="block h-full rounded-full bg-ember transition-all" />
      </Base.Track>
    </Base.Root>
  )
}
