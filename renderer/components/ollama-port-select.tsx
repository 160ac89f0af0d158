import { useTranslation } from 'react-i18next'
import type { Settings } from '../../shared/domain/settings.ts'
import { Select } from './ui/select.tsx'
import { toast } from './ui/toast.tsx'
import { errorInfo, useErrorText } from '../lib/errors.ts'
import { updateSettings } from '../lib/state/settings.ts'

/** Whether the server answers on Ollama's port too. */
export function OllamaPortSelect({
  value,
  disabled = false,
}: {
  value: Settings['server']['ollamaPort']
  disabled?: boolean
}) {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  return (
    <Select
      label={t('ollamaPort.label')}
      value={value}
      disabled={disabled}
      options={[
        { value: 'ask', label: t('ollamaPort.ask'), hint: t('ollamaPort.askHint') },
        { value: 'yes', label: t('ollamaPort.yes'), hint: t('ollamaPort.yesHint') },
        { value: 'no', label: t('ollamaPort.no') },
      ]}
      onValueChange={(ollamaPort) => {
        updateSettings({ server: { ollamaPort } }).catch((reason: unknown) => {
          const { title, suggestion } = errorText(errorInfo(reason))
          toast({ tone: 'bad', title, description: suggestion })
        })
      }}
    />
  )
}
