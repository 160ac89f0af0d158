/** A sentence in which `words between backticks` are set as code. */
export function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={index} className="rounded-sm bg-tint px-1 py-0.5 font-mono text-sm text-ink">
        {part}
      </code>
    ),
  )
}
