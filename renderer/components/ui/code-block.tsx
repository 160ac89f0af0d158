import { Check, Copy, WrapText } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '../../lib/cn.ts'
import { useCopied } from '../use-copied.ts'
import { CodeText } from './code-text.tsx'
import { IconButton } from './icon-button.tsx'

export interface CodeBlockProps {
  code: string
  /** As in a code fence: `python`, `bash`, …; unknown ones are shown plain. */
  language: string
  /** Stands at the left of the head instead of the language. */
  header?: ReactNode
  copyLabel?: string
  /** More of it is still coming. */
  growing?: boolean
  className?: string
}

/** A block of code with its language, line wrap and copy. Always left to right. */
export function CodeBlock({ code, language, header, copyLabel, growing = false, className }: CodeBlockProps) {
  const { t } = useTranslation('common')
  const [wrapped, setWrapped] = useState(false)
  const { copied, copy } = useCopied()
  return (
    <div dir="ltr" className={cn('overflow-hidden rounded-lg border border-line bg-surface dark:bg-canvas', className)}>
      <div className="flex min-h-8.5 items-center gap-1 border-b border-line pr-1.5 pl-3.5">
        <div className="flex min-w-0 grow items-center self-stretch">
          {header ?? (
            <span className="truncate text-xs text-ink-2">{language === '' ? t('code.plain') : language}</span>
          )}
        </div>
        <IconButton
          icon={WrapText}
          size="sm"
          label={t('code.wrap')}
          active={wrapped}
          onClick={() => setWrapped(!wrapped)}
        />
        <IconButton
          icon={copied ? Check : Copy}
          size="sm"
          label={copied ? t('actions.copied') : (copyLabel ?? t('actions.copy'))}
          onClick={() => copy(code)}
        />
      </div>
      <pre
        // Long lines scroll; whoever has no mouse scrolls with the arrow keys.
        tabIndex={0}
        className={cn(
          'overflow-x-auto bg-sunken px-3.5 py-3.5 font-mono text-sm leading-relaxed -outline-offset-2 select-text',
          wrapped && 'wrap-anywhere whitespace-pre-wrap',
        )}
      >
        <code className="font-mono">
          <CodeText code={code} language={language} growing={growing} />
        </code>
      </pre>
    </div>
  )
}
