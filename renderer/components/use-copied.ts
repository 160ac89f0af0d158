import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from './ui/toast.tsx'
import { copyText } from '../lib/copy.ts'

const SHOWN_MS = 1500

/** Copies text and says for a moment that it did; a failure becomes a toast. */
export function useCopied(): { copied: boolean; copy: (text: string) => void } {
  const { t } = useTranslation('common')
  const [copied, setCopied] = useState(false)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = useCallback(
    (text: string) => {
      copyText(text).then(
        () => {
          setCopied(true)
          clearTimeout(timer.current)
          timer.current = window.setTimeout(() => setCopied(false), SHOWN_MS)
        },
        () => toast({ title: t('copyFailed'), tone: 'bad' }),
      )
    },
    [t],
  )
  return { copied, copy }
}
