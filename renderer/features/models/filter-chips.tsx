import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { type LibraryFilter, NO_FILTER, toggled } from './filter.ts'

export interface FilterProps {
  filter: LibraryFilter
  onFilterChange: (filter: LibraryFilter) => void
}

/** What the library is filtered by; each can be taken away. */
export function FilterChips({ filter, onFilterChange }: FilterProps) {
  const { t } = useTranslation('models')
  const { favourites, kind, tags } = filter
  return (
    <div className="flex flex-wrap gap-1.5">
      {favourites && (
        <Chip onRemove={() => onFilterChange({ ...filter, favourites: false })}>{t('favourite.title')}</Chip>
      )}
      {kind !== null && (
        <Chip onRemove={() => onFilterChange({ ...filter, kind: null })}>{t(`kind.${kind}.word`)}</Chip>
      )}
      {tags.map((tag) => (
        <Chip key={tag} onRemove={() => onFilterChange({ ...filter, tags: toggled(tags, tag, false) })}>
          {`#${tag}`}
        </Chip>
      ))}
      {[favourites, kind !== null, ...tags].filter(Boolean).length > 1 && (
        <button
          type="button"
          className="h-7 rounded-md px-2 text-xs text-ember-ink hover:bg-tint"
          onClick={() => onFilterChange(NO_FILTER)}
        >
          {t('options.clear')}
        </button>
      )}
    </div>
  )
}

function Chip({ onRemove, children }: { onRemove: () => void; children: string }) {
  const { t } = useTranslation('models')
  return (
    <button
      type="button"
      aria-label={t('options.remove', { filter: children })}
      onClick={onRemove}
      className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-md border border-line bg-surface px-2 text-xs text-ink-2 transition-colors hover:border-line-strong hover:text-ink"
    >
      <span dir="auto" className="truncate">
        {children}
      </span>
      <X aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />
    </button>
  )
}
