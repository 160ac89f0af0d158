import { useTranslation } from 'react-i18next'
import { cn } from '../../lib/cn.ts'
import { Link } from '../../lib/router.ts'
import type { SettingSection } from './rows.ts'

export interface SectionNavProps {
  sections: readonly SettingSection[]
  /** The id of the section that is shown; null during a search. */
  current: string | null
  /** Choosing a section ends a search. */
  onChoose: () => void
}

/** The sections: a column at the left, a row above where there is no room for one. */
export function SectionNav({ sections, current, onChoose }: SectionNavProps) {
  const { t } = useTranslation('settings')
  return (
    <nav
      aria-label={t('sections')}
      className="shrink-0 border-line p-3 @2xl:overflow-x-auto @max-2xl:border-b @2xl:w-54 @2xl:border-e"
    >
      <ul className="flex flex-wrap gap-0.5 @2xl:flex-col @2xl:flex-nowrap">
        {sections.map(({ id, title, icon: Icon }) => (
          <li key={id} className="shrink-0">
            <Link
              to={{ page: 'settings', section: id }}
              aria-current={id === current ? 'page' : undefined}
              onClick={onChoose}
              className={cn(
                'flex h-8 items-center gap-2.5 rounded-md px-2.5 whitespace-nowrap text-ink-2 transition-colors select-none hover:bg-tint hover:text-ink',
                id === current && 'bg-tint font-semibold text-ink',
              )}
            >
              <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
