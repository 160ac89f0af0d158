import { Search, SearchX, Boxes } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/text-field.tsx'
import { filterModels } from './filter.ts'
import { loadedModel } from './loaded.ts'
import { ModelRow } from './model-row.tsx'

export interface ModelListProps {
  models: readonly Model[]
  engines: EnginesState | null
  selected: Model | null
  query: string
  onQueryChange: (query: string) => void
}

/** The search field and the models that it leaves. */
export function ModelList({ models, engines, selected, query, onQueryChange }: ModelListProps) {
  const { t } = useTranslation('models')
  const found = filterModels(models, query)
  return (
    <>
      <div className="border-b border-line p-3">
        <TextField
          type="search"
          icon={Search}
          aria-label={t('search.label')}
          placeholder={t('search.placeholder', { count: models.length })}
          value={query}
          onChange={(event) => onQueryChange(event.target.value)}
        />
      </div>
      {models.length === 0 && <EmptyState icon={Boxes} title={t('empty.title')} description={t('empty.description')} />}
      {models.length > 0 && found.length === 0 && (
        <EmptyState
          icon={SearchX}
          title={t('search.nothing', { query })}
          action={<Button onClick={() => onQueryChange('')}>{t('search.clear')}</Button>}
        />
      )}
      <ul aria-label={t('list')}>
        {found.map((model) => (
          <ModelRow key={model.name} model={model} loaded={loadedModel(engines, model)} selected={model === selected} />
        ))}
      </ul>
    </>
  )
}
