import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Modelfile } from '../../../../shared/domain/models.ts'
import { TextArea } from '../../../components/ui/text-area.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { NumberField } from '../defaults/number-field.tsx'
import { StopStrings } from '../defaults/stop-strings.tsx'
import { FromField } from './from-field.tsx'
import { MessagesField } from './messages-field.tsx'
import { linesOf, numberOf, type ParameterName, stopsOf, withNumber, withStops } from './modelfile-form.ts'

const COMMON: readonly ParameterName[] = ['temperature', 'contextLength', 'topP', 'topK']
const MORE: readonly ParameterName[] = ['minP', 'repeatPenalty', 'seed', 'maxTokens', 'gpuLayers', 'threads']

export interface ModelfileFieldsProps {
  modelfile: Modelfile
  onChange: (modelfile: Modelfile) => void
}

/** A Modelfile as a form. What it has no field for stays in the text as it is. */
export function ModelfileFields({ modelfile, onChange }: ModelfileFieldsProps) {
  const { t } = useTranslation('models')
  const put = (change: Partial<Modelfile>) => onChange({ ...modelfile, ...change })
  const numbers = (names: readonly ParameterName[]) => (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      {names.map((name) => (
        <NumberField
          key={name}
          name={name}
          value={numberOf(modelfile, name)}
          onValueChange={(value) => onChange(withNumber(modelfile, name, value))}
        />
      ))}
    </div>
  )
  return (
    <div className="flex flex-col gap-4">
      <FromField value={modelfile.from} onValueChange={(from) => put({ from })} />
      <TextArea
        label={t('group.system.title')}
        placeholder={t('group.system.placeholder')}
        rows={3}
        value={modelfile.system ?? ''}
        onChange={(event) => put({ system: orNull(event.target.value) })}
      />
      {numbers(COMMON)}
      <details className="group">
        <summary className="flex h-8 w-fit list-none items-center gap-1 rounded-sm pe-2 text-sm text-ink-2 hover:text-ink">
          <ChevronRight aria-hidden="true" className="size-4 group-open:rotate-90" strokeWidth={1.75} />
          {t('modelfile.more')}
        </summary>
        <div className="flex flex-col gap-4 pt-3">
          {numbers(MORE)}
          <StopStrings value={stopsOf(modelfile)} onValueChange={(stops) => onChange(withStops(modelfile, stops))} />
          <MessagesField messages={modelfile.messages} onChange={(messages) => put({ messages })} />
          <TextArea
            code
            label={t('group.template.title')}
            hint={t('modelfile.templateHint')}
            rows={5}
            value={modelfile.template ?? ''}
            onChange={(event) => put({ template: orNull(event.target.value) })}
          />
          <TextArea
            code
            label={t('modelfile.adapters')}
            hint={t('modelfile.adaptersHint')}
            rows={2}
            defaultValue={modelfile.adapters.join('\n')}
            onChange={(event) => put({ adapters: linesOf(event.target.value) })}
          />
          <TextArea
            code
            label={t('modelfile.files')}
            hint={t('modelfile.filesHint')}
            rows={2}
            defaultValue={modelfile.files.join('\n')}
            onChange={(event) => put({ files: linesOf(event.target.value) })}
          />
          <TextArea
            label={t('fact.licence')}
            rows={3}
            value={modelfile.licences.join('\n\n')}
            onChange={(event) => put({ licences: event.target.value === '' ? [] : [event.target.value] })}
          />
          <TextField
            label={t('modelfile.requires')}
            hint={t('modelfile.requiresHint')}
            value={modelfile.requires ?? ''}
            maxLength={40}
            spellCheck={false}
            onChange={(event) => put({ requires: orNull(event.target.value.trim()) })}
          />
        </div>
      </details>
    </div>
  )
}

function orNull(text: string): string | null {
  return text === '' ? null : text
}
