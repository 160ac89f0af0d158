import { useTranslation } from 'react-i18next'
import { Select } from '../../components/ui/select.tsx'
import { useCall } from '../../components/use-call.ts'
import { useFormat } from '../../lib/format.ts'
import { updateSettings, useSettings } from '../../lib/state/settings.ts'

const LIMITS = [500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000]
const NONE = 'none'

/** How fast all downloads together may be. */
export function SpeedLimit() {
  const { t } = useTranslation('downloads')
  const { bytes } = useFormat()
  const call = useCall()
  const settings = useSettings().value
  if (settings === null) return null
  const limit = settings.downloads.speedLimit
  // A limit that was set elsewhere is one of the choices too.
  const limits = limit === null || LIMITS.includes(limit) ? LIMITS : [...LIMITS, limit].toSorted((a, b) => a - b)
  return (
    <Select
      label={t('limit.label')}
      value={limit === null ? NONE : String(limit)}
      options={[
        { value: NONE, label: t('limit.none') },
        ...limits.map((each) => ({ value: String(each), label: t('limit.at', { speed: bytes(each) }) })),
      ]}
      onValueChange={(value) => {
        call(() => updateSettings({ downloads: { speedLimit: value === NONE ? null : Number(value) } }))
      }}
    />
  )
}
