import { Search, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Kbd } from '../../components/ui/kbd.tsx'
import { shortcutLabel } from '../../lib/shortcut.ts'
import { NAV_ROW } from './nav-row.tsx'

export interface SearchRowProps {
  /** null while nobody searches. */
  query: string | null
  onQuery: (query: string | null) => void
}

/** A row that becomes a field: what is typed filters the chats by name. */
export function SearchRow({ query, onQuery }: SearchRowProps) {
  const { t } = useTranslation('common')
  const field = useRef<HTMLInputElement>(null)
  const searching = query !== null
  useEffect(() => {
    if (searching) field.current?.focus()
  }, [searching])

  if (!searching) {
    return (
      <button type="button" className={NAV_ROW} onClick={() => onQuery('')}>
        <Search aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
        <span className="grow text-left">{t('nav.search')}</span>
        <Kbd>{shortcutLabel('K')}</Kbd>
      </button>
    )
  }
  return (
    <div className="relative">
      <Search
        aria-hidden="true"
        strokeWidth={1.75}
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
      />
      <input
        ref={field}
        type="text"
        role="searchbox"
        value={query}
        aria-label={t('nav.searchLabel')}
        placeholder={t('nav.searchLabel')}
        className="h-8 w-full rounded-md bg-tint pr-8 pl-9 text-base text-ink"
        onChange={(event) => onQuery(event.target.value)}
        onBlur={() => {
          if (query === '') onQuery(null)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
            event.stopPropagation()
            onQuery(null)
          }
        }}
      />
      <IconButton
        icon={X}
        size="sm"
        label={t('nav.clearSearch')}
        className="absolute top-0.5 right-0.5"
        onClick={() => onQuery(null)}
      />
    </div>
  )
}
