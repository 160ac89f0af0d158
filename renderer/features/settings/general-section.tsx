import { SlidersHorizontal } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { Select, type SelectOption } from '../../components/ui/select.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { useModels } from '../../lib/state/models.ts'
import { useChangeSettings } from './change.ts'
import type { SettingRow, SettingSection } from './rows.ts'

/** Language, theme, the model that new chats use, and what the app does by itself. */
export function useGeneralSection(settings: Settings, system: SystemInfo): SettingSection {
  const { t } = useTranslation('settings')
  const models = useModels().value
  const change = useChangeSettings()
  const toggle = (name: 'startAtLogin' | 'keepAwake'): SettingRow => ({
    id: name,
    label: t(`general.${name}.label`),
    hint: t(`general.${name}.hint`),
    control: (
      <Switch
        label={t(`general.${name}.label`)}
        checked={settings[name]}
        onCheckedChange={(next) => change({ [name]: next })}
      />
    ),
  })
  return {
    id: 'general',
    title: t('general.title'),
    icon: SlidersHorizontal,
    rows: [
      {
        id: 'language',
        label: t('general.language.label'),
        hint: t('general.language.hint'),
        keywords: 'language english 简体中文 语言',
        control: (
          <Select
            label={t('general.language.label')}
            value={settings.language}
            options={[
              { value: 'system', label: t('general.language.system') },
              { value: 'en', label: 'English' },
              { value: 'zh-CN', label: '简体中文' },
            ]}
            onValueChange={(language) => change({ language })}
          />
        ),
      },
      {
        id: 'theme',
        label: t('general.theme.label'),
        hint: t('general.theme.hint'),
        keywords: [t('general.theme.light'), t('general.theme.dark')].join(' '),
        control: (
          <Tabs
            variant="segmented"
            label={t('general.theme.label')}
            value={settings.theme}
            tabs={[
              { value: 'system', label: t('general.theme.system') },
              { value: 'light', label: t('general.theme.light') },
              { value: 'dark', label: t('general.theme.dark') },
            ]}
            onValueChange={(theme) => change({ theme })}
          />
        ),
      },
      {
        id: 'chat-model',
        label: t('general.chatModel.label'),
        hint: t('general.chatModel.hint'),
        control: (
          <Select
            label={t('general.chatModel.label')}
            value={settings.chatModel}
            options={chatModels(models ?? [], settings.chatModel)}
            onValueChange={(chatModel) => change({ chatModel })}
          />
        ),
      },
      // Only the app can do these, and only for the person who sits at it.
      ...(system.hasDesktop ? [toggle('startAtLogin'), toggle('keepAwake')] : []),
    ],
  }

  function chatModels(all: readonly Model[], current: string): SelectOption<string>[] {
    const options = all
      .filter((model) => model.facts.kind === 'chat')
      .map((model): SelectOption<string> => {
        const known = model.name === current || model.aliases.includes(current)
        return {
          // The stored name may be another name of the same model.
          value: known ? current : model.name,
          label: model.facts.title ?? model.name,
          hint: model.problem === null ? model.name : t('general.chatModel.problem'),
          disabled: model.problem !== null,
        }
      })
    if (options.some((option) => option.value === current)) return options
    return [...options, { value: current, label: current, hint: t('general.chatModel.gone'), disabled: true }]
  }
}
