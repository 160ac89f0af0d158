import { ChevronRight } from 'lucide-react'
import { CopyButton } from '../../../components/ui/copy-button.tsx'
import { useTranslation } from 'react-i18next'
import { cn } from '../../../lib/cn.ts'

/** Text as it is, with a copy; long text scrolls. `prose`: words to read, not letters to compare. */
export function TextBlock({ label, text, prose = false }: { label: string; text: string; prose?: boolean }) {
  const { t } = useTranslation('server')
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center justify-between gap-2">
        <h4 className="min-w-0 text-sm wrap-anywhere text-ink-2">{label}</h4>
        <CopyButton text={text} label={t('inspector.copy', { what: label })} />
      </div>
      <Text label={label} text={text} prose={prose} />
    </div>
  )
}

/** The same, folded. */
export function FoldedText({ label, text }: { label: string; text: string }) {
  return (
    <details className="group">
      <summary className="flex min-h-7 w-fit list-none items-center gap-1 rounded-sm pe-1 text-sm text-ink-2 hover:text-ink">
        <ChevronRight aria-hidden="true" className="size-3.5 group-open:rotate-90" strokeWidth={1.75} />
        {label}
      </summary>
      <div className="mt-1 flex">
        <Text label={label} text={text} />
      </div>
    </details>
  )
}

function Text({ label, text, prose = false }: { label: string; text: string; prose?: boolean }) {
  return (
    <pre
      // Long text scrolls; whoever has no mouse scrolls with the arrow keys.
      tabIndex={0}
      aria-label={label}
      role="region"
      dir={prose ? 'auto' : 'ltr'}
      className={cn(
        'max-h-80 min-w-0 flex-1 overflow-y-auto rounded-md bg-sunken p-3 leading-prose wrap-anywhere whitespace-pre-wrap -outline-offset-2 select-text',
        prose ? 'font-sans text-base' : 'font-mono text-xs',
      )}
    >
      {text}
    </pre>
  )
}
