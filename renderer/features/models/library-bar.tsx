import { Menu } from '@base-ui/react/menu'
import { Check, RefreshCw, Search, SlidersHorizontal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { POPUP } from '../../components/ui/popup.ts'
import { TextField } from '../../components/ui/text-field.tsx'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { isOpen, tagsOf, toggled } from './filter.ts'
import { FilterChips, type FilterProps } from './filter-chips.tsx'
import { setLibraryView, sortBy, useLibraryView } from './library-view.ts'
import { SORT_KEYS } from './sort.ts'
import { hasHub } from './updates.ts'
import { useLookForUpdates } from './use-look-for-updates.ts'

export interface LibraryBarProps extends FilterProps {
  models: readonly Model[]
  query: string
  onQueryChange: (query: string) => void
}

/** Search, order and filter of the library; what is filtered by stands below as chips that can be taken away. */
export function LibraryBar({ models, query, onQueryChange, filter, onFilterChange }: LibraryBarProps) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  return (
    <div className="flex flex-col gap-2 border-b border-line p-3">
      <div className="flex items-center gap-1">
        <TextField
          type="search"
          icon={Search}
          aria-label={t('search.label')}
          placeholder={t('search.placeholder', { count: models.length, total: number(models.length) })}
          value={query}
          className="min-w-0 grow"
          onChange={(event) => onQueryChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || query === '') return
            event.preventDefault()
            onQueryChange('')
          }}
        />
        <Options models={models} filter={filter} onFilterChange={onFilterChange} />
      </div>
      {!isOpen(filter) && <FilterChips filter={filter} onFilterChange={onFilterChange} />}
    </div>
  )
}

function Options({ models, filter, onFilterChange }: FilterProps & Pick<LibraryBarProps, 'models'>) {
  const { t } = useTranslation('models')
  const { sort, descending } = useLibraryView()
  const look = useLookForUpdates()
  const tags = tagsOf(models)
  const kinds = (['chat', 'embedding'] as const).filter((kind) => models.some((model) => model.facts.kind === kind))
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger render={<IconButton icon={SlidersHorizontal} label={t('options.label')} />} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" collisionPadding={8} className="z-50 outline-none">
          <Menu.Popup className={cn(POPUP, 'max-h-(--available-height) min-w-52 overflow-y-auto')}>
            <Menu.Group>
              <GroupLabel>{t('options.sort')}</GroupLabel>
              <Menu.RadioGroup
                value={sort}
                onValueChange={(value: string) => {
                  const key = SORT_KEYS.find((each) => each === value)
                  if (key !== undefined && key !== sort) sortBy(key)
                }}
              >
                {SORT_KEYS.map((key) => (
                  <Menu.RadioItem key={key} value={key} className={ITEM}>
                    <span className="grow">{t(`sort.${key}`)}</span>
                    <Menu.RadioItemIndicator>
                      <Tick />
                    </Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <Choice checked={descending} onChange={(next) => setLibraryView({ descending: next })}>
                {t('options.descending')}
              </Choice>
            </Menu.Group>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.Group>
              <GroupLabel>{t('options.show')}</GroupLabel>
              <Choice checked={filter.favourites} onChange={(favourites) => onFilterChange({ ...filter, favourites })}>
                {t('favourite.title')}
              </Choice>
              {kinds.length > 1 &&
                kinds.map((kind) => (
                  <Choice
                    key={kind}
                    checked={filter.kind === kind}
                    onChange={(next) => onFilterChange({ ...filter, kind: next ? kind : null })}
                  >
                    {t(`kind.${kind}.word`)}
                  </Choice>
                ))}
              {tags.map((tag) => (
                <Choice
                  key={tag}
                  checked={filter.tags.includes(tag)}
                  onChange={(next) => onFilterChange({ ...filter, tags: toggled(filter.tags, tag, next) })}
                >
                  <span dir="auto">#{tag}</span>
                </Choice>
              ))}
            </Menu.Group>
            {models.some(hasHub) && (
              <>
                <Menu.Separator className="my-1 h-px bg-line" />
                <Menu.Item className={ITEM} onClick={() => look(models)}>
                  <RefreshCw aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
                  {t('update.lookAll')}
                </Menu.Item>
              </>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

const ITEM =
  'flex min-h-8 items-center gap-2.5 rounded-sm px-2 text-sm outline-none select-none data-highlighted:bg-tint'

function Choice({
  checked,
  onChange,
  children,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}) {
  return (
    <Menu.CheckboxItem checked={checked} onCheckedChange={(next) => onChange(next)} className={ITEM}>
      <span className="min-w-0 grow truncate">{children}</span>
      <Menu.CheckboxItemIndicator>
        <Tick />
      </Menu.CheckboxItemIndicator>
    </Menu.CheckboxItem>
  )
}

function GroupLabel({ children }: { children: string }) {
  return <Menu.GroupLabel className="px-2 pt-1.5 pb-1 text-xs text-ink-3">{children}</Menu.GroupLabel>
}

function Tick() {
  return <Check aria-hidden="true" className="size-4 text-ember" strokeWidth={1.75} />
}
