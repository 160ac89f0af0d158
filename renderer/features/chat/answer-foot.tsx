import { Check, CircleStop, Copy, RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../shared/domain/chats.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { useCopied } from '../../components/use-copied.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'

export interface AnswerFootProps {
  message: Message
  last: boolean
  onRegenerate: (() => void) | undefined
}

/** The thin line under an answer: what can be done with it, and what was measured. */
export function AnswerFoot({ message, last, onRegenerate }: AnswerFootProps) {
  const { t } = useTranslation('chat')
  const { t: common } = useTranslation('common')
  const { copied, copy } = useCopied()
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-1 text-xs text-ink-3">
      <div
        className={cn(
          'flex items-center transition-opacity',
          last ? '-ml-1.5' : 'order-last opacity-0 group-focus-within:opacity-100 group-hover:opacity-100',
        )}
      >
        {message.content !== '' && (
          <IconButton
            icon={copied ? Check : Copy}
            size="sm"
            label={copied ? common('actions.copied') : t('actions.copyAnswer')}
            onClick={() => copy(message.content)}
          />
        )}
        {onRegenerate !== undefined && (
          <IconButton icon={RefreshCw} size="sm" label={t('actions.regenerate')} onClick={onRegenerate} />
        )}
      </div>
      {message.status === 'stopped' && (
        <span className={cn('flex items-center gap-1.5 pr-1 text-ink-2', last && 'pl-1')}>
          <CircleStop aria-hidden="true" className="size-3.5" strokeWidth={1.75} />
          {t('answer.stopped')}
        </span>
      )}
      <Measures message={message} indented={last || message.status === 'stopped'} />
    </div>
  )
}

function Measures({ message, indented }: { message: Message; indented: boolean }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const { model, timings, usage } = message
  const speed = timings?.decodeTps ?? null
  const first = timings?.ttftMs ?? null
  return (
    <p className={cn('dotted tabular flex flex-wrap items-center', indented && 'pl-1')}>
      {model !== null && <span>{model}</span>}
      {speed !== null && (
        <Tooltip content={t('answer.speedHint')}>
          <span>{t('answer.speed', { value: format.tokensPerSecond(speed) })}</span>
        </Tooltip>
      )}
      {first !== null && (
        <Tooltip content={t('answer.firstTokenHint')}>
          <span>{t('answer.firstToken', { value: format.duration(first) })}</span>
        </Tooltip>
      )}
      {usage !== null && usage.completion > 0 && (
        <span>{t('answer.tokens', { count: usage.completion, formatted: format.number(usage.completion) })}</span>
      )}
    </p>
  )
}
