import { Check, Copy } from 'lucide-react'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../shared/domain/chats.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { useCopied } from '../../components/use-copied.ts'
import { useFormat } from '../../lib/format.ts'

/** Beyond this many characters a message is folded: a pasted megabyte would bury the chat. */
const FOLDED = 3000

/** What the person wrote, as plain text. */
export const UserMessage = memo(function UserMessage({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const { copied, copy } = useCopied()
  const { t: common } = useTranslation('common')
  const long = message.content.length > FOLDED
  const shown = long && !open ? `${message.content.slice(0, FOLDED).trimEnd()} …` : message.content

  return (
    <article aria-label={t('message.caption')} className="group flex flex-row-reverse items-end gap-1">
      <div
        dir="auto"
        className="max-w-[85%] rounded-xl rounded-ee-sm bg-bubble px-3.5 py-2.5 leading-prose wrap-anywhere whitespace-pre-wrap select-text sm:max-w-bubble"
      >
        {shown}
        {long && (
          <button
            type="button"
            aria-expanded={open}
            className="mt-2 block rounded-sm text-sm text-ember select-none hover:underline"
            onClick={() => setOpen(!open)}
          >
            {open ? t('message.collapse') : t('message.showAll', { count: format.number(message.content.length) })}
          </button>
        )}
      </div>
      <div className="flex shrink-0 items-center opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100">
        <IconButton
          icon={copied ? Check : Copy}
          size="sm"
          label={copied ? common('actions.copied') : t('actions.copyQuestion')}
          onClick={() => copy(message.content)}
        />
      </div>
    </article>
  )
})
