import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { Model } from '../../../../shared/domain/models.ts'
import { TextArea } from '../../../components/ui/text-area.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { useFormat } from '../../../lib/format.ts'
import { rpc } from '../../../lib/rpc.ts'

const REST_MS = 300

export interface TemplateGroupProps {
  model: Model
  /** Null: the file's own. */
  template: string | null
  system: string | null
  onChange: (template: string | null) => void
}

/**
 * The chat template, and beside it a conversation as it would be written down with it. What can't be rendered stays in
 * the field with the reason and is not taken.
 */
export function TemplateGroup({ model, template, system, onChange }: TemplateGroupProps) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  const own = model.facts.chatTemplate ?? ''
  const [typed, setTyped] = useState(template ?? own)
  const wanted = typed === own || typed.trim() === '' ? null : typed
  const { text, tokens, error } = usePreview(model.name, wanted, system, (rendered) => {
    if (rendered !== template) onChange(rendered)
  })
  // Changed from outside: undo, and back to the file's own.
  useEffect(() => setTyped(template ?? own), [template, own])
  const words = useErrorText()
  const failure = error === null ? null : words(error)
  return (
    <div className="grid grid-cols-1 gap-4 @2xl:grid-cols-2">
      <TextArea
        code
        label={t(wanted === null ? 'template.own' : 'template.changed')}
        value={typed}
        rows={14}
        onChange={(event) => setTyped(event.target.value)}
        {...(failure === null ? {} : { error: [failure.title, failure.suggestion].filter(Boolean).join(' ') })}
      />
      <div className="flex min-w-0 flex-col gap-1.5">
        <p className="flex items-baseline gap-2 text-sm font-semibold">
          {t('template.preview')}
          {tokens !== null && (
            <span className="tabular font-normal text-ink-3">{t('fact.tokens', { tokens: number(tokens) })}</span>
          )}
        </p>
        <pre
          tabIndex={0}
          aria-label={t('template.preview')}
          className="max-h-96 min-h-32 grow overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-prose wrap-anywhere whitespace-pre-wrap"
        >
          {text}
        </pre>
      </div>
    </div>
  )
}

interface Preview {
  text: string
  tokens: number | null
  error: ErrorInfo | null
}

/** What the template makes, a moment after it was last changed; the last good text stays while it has a mistake. */
function usePreview(
  name: string,
  template: string | null,
  system: string | null,
  onRendered: (template: string | null) => void,
): Preview {
  const [preview, setPreview] = useState<Preview>({ text: '', tokens: null, error: null })
  const tell = useRef(onRendered)
  useEffect(() => {
    tell.current = onRendered
  })
  useEffect(() => {
    const stop = new AbortController()
    const ask = async () => {
      try {
        const made = await rpc().models.previewTemplate({ name, template, system }, { signal: stop.signal })
        if (stop.signal.aborted) return
        setPreview({ ...made, error: null })
        tell.current(template)
      } catch (reason) {
        if (!stop.signal.aborted) setPreview((last) => ({ ...last, tokens: null, error: errorInfo(reason) }))
      }
    }
    const timer = setTimeout(() => void ask(), REST_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [name, template, system])
  return preview
}
