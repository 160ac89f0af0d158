import { ArrowUp, Square } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_MESSAGE_CHARACTERS } from '../../../shared/domain/chats.ts'
import { onFocusComposer } from '../../lib/composer-focus.ts'
import { readDraft, writeDraft } from '../../lib/drafts.ts'
import { type ErrorText, errorInfo, useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { cn } from '../../lib/cn.ts'
import { autosize, directionOf, hasText, sendsOn } from './composer-text.ts'
import { Tooltip } from '../ui/tooltip.tsx'

export interface ComposerProps {
  /** Under which the text that is being written is kept. */
  draftKey: string
  placeholder: string
  /** An answer is being written: the button stops it. */
  answering: boolean
  /** Sends the text; while it rejects, the text stays and the reason is shown. */
  onSend: (text: string) => Promise<void>
  onStop?: () => void
  /** The person is about to write: time to get the model ready. */
  onIntent: () => void
  /** Stands at the left of the foot. */
  children?: ReactNode
  /** More air, where it is the middle of a page. */
  roomy?: boolean
}

/** Where a person writes. Enter sends, Shift and Enter makes a new line; never in the middle of an input method. */
export function Composer({
  draftKey,
  placeholder,
  answering,
  onSend,
  onStop,
  onIntent,
  children,
  roomy = false,
}: ComposerProps) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const errorText = useErrorText()
  const area = useRef<HTMLTextAreaElement>(null)
  const [filled, setFilled] = useState(() => hasText(readDraft(draftKey)))
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<ErrorText | null>(null)

  useEffect(() => {
    const field = area.current
    if (field === null) return
    field.focus()
    field.dir = directionOf(field.value)
    autosize(field)
    const stopListening = onFocusComposer(() => field.focus())
    return () => {
      stopListening()
      writeDraft(draftKey, field.value)
    }
  }, [draftKey])

  const draftTimer = useRef(0)
  const onInput = (event: FormEvent<HTMLTextAreaElement>): void => {
    const field = event.currentTarget
    setFilled(hasText(field.value))
    setProblem(null)
    field.dir = directionOf(field.value)
    autosize(field)
    onIntent()
    clearTimeout(draftTimer.current)
    draftTimer.current = window.setTimeout(() => writeDraft(draftKey, field.value), 300)
  }

  const send = async (): Promise<void> => {
    const field = area.current
    if (field === null || sending || answering) return
    if (!hasText(field.value)) {
      field.focus()
      return
    }
    const text = field.value
    if (text.length > MAX_MESSAGE_CHARACTERS) {
      setProblem({
        title: t('composer.tooLong', {
          length: format.number(text.length),
          max: format.number(MAX_MESSAGE_CHARACTERS),
        }),
      })
      return
    }
    setSending(true)
    try {
      await onSend(text)
      field.value = ''
      clearTimeout(draftTimer.current)
      writeDraft(draftKey, '')
      setFilled(false)
      setProblem(null)
      autosize(field)
    } catch (error) {
      setProblem(errorText(errorInfo(error)))
    } finally {
      setSending(false)
    }
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (!sendsOn(event.nativeEvent)) return
    event.preventDefault()
    void send()
  }

  return (
    <form
      className="flex flex-col rounded-xl border border-line-strong bg-surface shadow-float transition-colors focus-within:border-ink-3/60"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      onPointerDown={(event) => {
        if (event.target !== event.currentTarget) return
        event.preventDefault()
        area.current?.focus()
      }}
    >
      <textarea
        ref={area}
        defaultValue={readDraft(draftKey)}
        rows={1}
        aria-label={t('composer.label')}
        aria-describedby={problem === null ? undefined : 'composer-problem'}
        aria-invalid={problem !== null || undefined}
        placeholder={placeholder}
        // The spell checker would fetch its dictionaries from a vendor.
        spellCheck={false}
        className={cn(
          'max-h-60 resize-none overflow-y-auto bg-transparent px-4.5 text-lg leading-prose field-sizing-content outline-none',
          roomy ? 'pt-3.75 pb-2.25' : 'px-4 pt-3 pb-1.5',
        )}
        onInput={onInput}
        onFocus={() => {
          if (hasText(area.current?.value ?? '')) onIntent()
        }}
        onKeyDown={onKeyDown}
      />
      {problem !== null && (
        <p id="composer-problem" role="alert" className="px-4 pb-2 text-sm text-bad">
          {problem.title} {problem.suggestion}
        </p>
      )}
      <div className="flex items-center justify-between gap-2 pr-3 pb-2.5 pl-2">
        <div className="flex min-w-0 items-center gap-1">{children}</div>
        {answering ? (
          <Tooltip content={t('composer.stopHint')}>
            <button type="button" aria-label={t('composer.stop')} className={BUTTON} onClick={onStop}>
              <Square aria-hidden="true" className="size-3.5 fill-current" strokeWidth={1.75} />
            </button>
          </Tooltip>
        ) : (
          <Tooltip content={t('composer.send')}>
            <button type="submit" aria-label={t('composer.send')} aria-disabled={!filled || sending} className={BUTTON}>
              <ArrowUp aria-hidden="true" className="size-4.5" strokeWidth={2} />
            </button>
          </Tooltip>
        )}
      </div>
    </form>
  )
}

const BUTTON =
  'flex size-9 shrink-0 items-center justify-center rounded-lg bg-ember text-on-ember transition-colors hover:bg-ember-hover'
