import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyScope } from '../../../../shared/domain/keys.ts'
import { Checkbox } from '../../../components/ui/checkbox.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { useModels } from '../../../lib/state/models.ts'
import { ModelChecklist } from '../model-checklist.tsx'
import { dayOf, EXPIRIES, type KeyField, type KeyForm } from './key-form.ts'

export interface KeyFieldsProps {
  form: KeyForm
  wrong: readonly KeyField[]
  onChange: (change: Partial<KeyForm>) => void
}

/** What a key is called, good for, and limited to; limits are folded until one is set. */
export function KeyFields({ form, wrong, onChange }: KeyFieldsProps) {
  const { t } = useTranslation('server')
  const models = useModels().value ?? []
  const [limited] = useState(form.models !== null || form.requestsPerMinute !== '' || form.tokensPerDay !== '')
  const isWrong = (field: KeyField) => wrong.includes(field)
  const errorOf = (field: 'name' | 'date' | 'requestsPerMinute' | 'tokensPerDay') =>
    isWrong(field) ? { error: t(`keys.wrong.${field}`) } : {}
  const toggle = (scope: KeyScope, chosen: boolean) =>
    onChange({ scopes: KeyScope.options.filter((other) => (other === scope ? chosen : form.scopes.includes(other))) })
  return (
    <>
      <TextField
        label={t('keys.name')}
        placeholder={t('keys.namePlaceholder')}
        value={form.name}
        maxLength={80}
        autoComplete="off"
        autoFocus
        {...errorOf('name')}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-1.5 text-sm font-semibold">{t('keys.scopes')}</legend>
        {KeyScope.options.map((scope) => (
          <div key={scope} className="flex items-start gap-2.5">
            <Checkbox
              label={t(`scope.${scope}.label`)}
              checked={form.scopes.includes(scope)}
              onCheckedChange={(chosen) => toggle(scope, chosen)}
            />
            <p aria-hidden="true" className="text-sm">
              {t(`scope.${scope}.label`)} <span className="text-ink-3">{t(`scope.${scope}.hint`)}</span>
            </p>
          </div>
        ))}
        {isWrong('scopes') && <p className="text-sm text-bad">{t('keys.wrong.scopes')}</p>}
      </fieldset>
      <div className="flex flex-col gap-1.5">
        <p className="text-sm font-semibold">{t('keys.expires')}</p>
        <div className="flex flex-wrap items-start gap-2">
          <Select
            label={t('keys.expires')}
            value={form.expiry}
            onValueChange={(expiry) => onChange({ expiry })}
            options={EXPIRIES.map((value) => ({ value, label: t(`expiry.${value}`) }))}
          />
          {form.expiry === 'date' && (
            <TextField
              type="date"
              aria-label={t('expiry.date')}
              min={dayOf(Date.now())}
              value={form.date}
              {...errorOf('date')}
              onChange={(event) => onChange({ date: event.target.value })}
            />
          )}
        </div>
      </div>
      <details className="group" open={limited}>
        <summary className="flex min-h-7 w-fit list-none items-center gap-1.5 rounded-sm pe-2 text-sm font-semibold text-ink-2 hover:text-ink">
          <ChevronRight aria-hidden="true" className="size-3.5 group-open:rotate-90" strokeWidth={1.75} />
          {t('keys.limits')}
        </summary>
        <div className="mt-2 flex flex-col gap-4">
          <div className="flex flex-col items-start gap-1.5">
            <p className="text-sm font-semibold">{t('keys.whichModels')}</p>
            <Select
              label={t('keys.whichModels')}
              value={form.models === null ? 'all' : 'chosen'}
              onValueChange={(which) => onChange({ models: which === 'all' ? null : [] })}
              options={[
                { value: 'all', label: t('keys.allModels') },
                { value: 'chosen', label: t('keys.chosenModels') },
              ]}
            />
            {form.models !== null && (
              <ModelChecklist
                models={models}
                chosen={form.models}
                onChange={(chosen) => onChange({ models: chosen })}
              />
            )}
            {isWrong('models') && <p className="text-sm text-bad">{t('keys.wrong.models')}</p>}
          </div>
          <div className="grid grid-cols-2 gap-3">
            {(['requestsPerMinute', 'tokensPerDay'] as const).map((field) => (
              <TextField
                key={field}
                label={t(`keys.${field}`)}
                placeholder={t('keys.noLimit')}
                inputMode="numeric"
                autoComplete="off"
                maxLength={16}
                value={form[field]}
                {...errorOf(field)}
                onChange={(event) => onChange({ [field]: event.target.value })}
              />
            ))}
          </div>
        </div>
      </details>
    </>
  )
}
