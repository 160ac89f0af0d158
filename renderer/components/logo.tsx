/** The mark of Hearth: an arch with a flame in it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 40 40" aria-hidden="true" className={className}>
      <path className="fill-ink" d="M6 35V21a14 14 0 0 1 28 0v14h-6.5V22a7.5 7.5 0 0 0-15 0v13Z" />
      <path className="fill-ember" d="M20 21.5c.9 2.6 5 5 5 8.6a5 5 0 0 1-10 0c0-3.6 4.1-6 5-8.6Z" />
    </svg>
  )
}
