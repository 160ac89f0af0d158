import { Check, Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCopied } from '../use-copied.ts'
import { IconButton } from './icon-button.tsx'

/** Copies a text, and says for a moment that it did. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation('common')
  const { copied, copy } = useCopied()
  return (
    <IconButton
      icon={copied ? Check : Copy}
      size="sm"
      label={copied ? t('actions.copied') : label}
      onClick={() => copy(text)}
    />
  )
}
