import { Popover } from '@base-ui/react/popover'
import { ListFilter } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Select } from '../../components/ui/select.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { HubModelType, HubSort, SizeClass } from '../../../shared/domain/hubs.ts'
import { formatLicence } from '../../lib/model-words.ts'
import { activeFilters, type DiscoverQuery, viewOf } from './query.ts'

const LICENCES = ['apache-2.0', 'mit', 'gemma', 'llama3.1', 'llama3.2'] as const
const ANY = 'any'

export interface FilterButtonProps {
  query: DiscoverQuery
  onChange: (patch: Partial<DiscoverQuery>) => void
}

/** What the list is narrowed by, and its order. */
export function FilterButton({ query, onChange }: FilterButtonProps) {
  const { t } = useTranslation('discover')
  const count = activeFilters(query).length
  const hubKnows = (sort: HubSort): boolean => query.hub === 'huggingface' || sort !== 'trending'
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <IconButton
            icon={ListFilter}
            label={count === 0 ? t('filter.open') : t('filter.openCount', { count })}
            active={count > 0}
            className="border border-line bg-surface"
          />
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" collisionPadding={8} className="z-40 outline-none">
          <Popover.Popup className="flex w-popup max-w-full flex-col gap-3 rounded-lg border border-line bg-raised p-4 text-ink shadow-popup outline-none">
            <Popover.Title className="text-sm font-semibold">{t('filter.title')}</Popover.Title>
            <Row label={t('filter.runsWellHere')} hint={t('filter.runsWellHint')}>
              <Switch
                label={t('filter.runsWellHere')}
                checked={query.runsWellHere}
                onCheckedChange={(runsWellHere) => onChange({ runsWellHere })}
              />
            </Row>
            <Row label={t('filter.size')}>
              <Select
                label={t('filter.size')}
                value={query.size ?? ANY}
                onValueChange={(value) => onChange({ size: value === ANY ? null : value })}
                options={[
                  { value: ANY, label: t('filter.anySize') },
                  ...SizeClass.options.map((value) => ({
                    value,
                    label: t(`filter.sizes.${value}`),
                    hint: t(`filter.sizeHints.${value}`),
                  })),
                ]}
              />
            </Row>
            <Row label={t('filter.type')}>
              <Select
                label={t('filter.type')}
                value={query.type ?? ANY}
                onValueChange={(value) => onChange({ type: value === ANY ? null : value })}
                options={[
                  { value: ANY, label: t('filter.anyType') },
                  ...HubModelType.options.map((value) => ({ value, label: t(`type.${value}`) })),
                ]}
              />
            </Row>
            <Row label={t('filter.licence')}>
              <Select
                label={t('filter.licence')}
                value={query.licence ?? ANY}
                onValueChange={(value) => onChange({ licence: value === ANY ? null : value })}
                options={[
                  { value: ANY, label: t('filter.anyLicence') },
                  ...LICENCES.map((value) => ({ value, label: formatLicence(value) })),
                ]}
              />
            </Row>
            {viewOf(query) === 'search' && (
              <Row label={t('filter.sort')}>
                <Select
                  label={t('filter.sort')}
                  value={query.sort}
                  onValueChange={(sort) => onChange({ sort })}
                  options={HubSort.options
                    .filter((sort) => hubKnows(sort) || sort === query.sort)
                    .map((value) => ({ value, label: t(`sort.${value}`) }))}
                />
              </Row>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Row({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-4">
      <div className="min-w-0">
        <p className="text-sm">{label}</p>
        {hint !== undefined && <p className="text-xs text-ink-3">{hint}</p>}
      </div>
      {children}
    </div>
  )
}
