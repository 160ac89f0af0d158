const RADIUS = 6.5
const LENGTH = 2 * Math.PI * RADIUS

/** A small ring that fills, 0 to 1; null shows no share. Say the figures beside it. */
export function Ring({ value }: { value: number | null }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className="size-4 shrink-0 -rotate-90">
      <circle cx="8" cy="8" r={RADIUS} className="fill-transparent stroke-line-strong" strokeWidth="2" />
      <circle
        cx="8"
        cy="8"
        r={RADIUS}
        className="fill-transparent stroke-ember transition-all"
        strokeWidth="2"
        strokeLinecap="round"
        strokeDasharray={LENGTH}
        strokeDashoffset={LENGTH * (1 - (value ?? 0))}
      />
    </svg>
  )
}
