import { Info } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HardwareState } from '../../../shared/domain/hardware.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import type { SettingSection } from './rows.ts'

const PLATFORMS: Record<string, string> = { darwin: 'macOS', linux: 'Linux', win32: 'Windows' }

/** What this program is. */
export function useAboutSection(system: SystemInfo, hardware: HardwareState | null): SettingSection {
  const { t } = useTranslation('settings')
  const platform = [PLATFORMS[system.platform] ?? system.platform, hardware?.cpu.architecture]
    .filter(Boolean)
    .join(', ')
  return {
    id: 'about',
    title: t('about.title'),
    icon: Info,
    rows: [
      {
        id: 'version',
        label: 'Hearth',
        hint: t('about.what'),
        control: <Value>{t('about.version', { version: system.version })}</Value>,
      },
      { id: 'licence', label: t('about.licence.label'), hint: t('about.licence.hint'), control: <Value>MIT</Value> },
      { id: 'platform', label: t('about.platform'), control: <Value>{platform}</Value> },
      { id: 'engine', label: t('about.engine.label'), hint: t('about.engine.hint'), control: <Value>llama.cpp</Value> },
    ],
  }
}

function Value({ children }: { children: string }) {
  return <span className="tabular text-end text-sm text-ink">{children}</span>
}
