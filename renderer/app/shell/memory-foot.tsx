import { useTranslation } from 'react-i18next'
import { Meter } from '../../components/ui/meter.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { useFormat } from '../../lib/format.ts'
import { useEngines } from '../../lib/state/engines.ts'

/** How much memory models take now. */
export function MemoryFoot() {
  const { t } = useTranslation('common')
  const format = useFormat()
  const engines = useEngines().value
  if (engines === null || engines.totalMemoryBytes <= 0) return <div className="h-11" />
  const total = engines.totalMemoryBytes / 1e9
  const text = t('memory.of', {
    used: format.number(engines.usedByModelsBytes / 1e9, 1),
    total: format.number(total, total < 10 ? 1 : 0),
  })
  return (
    <Tooltip content={t('memory.hint')}>
      <div className="flex h-11 flex-col justify-center gap-2 px-2.5">
        <div className="flex items-center justify-between text-xs text-ink-2">
          <span>{t('memory.label')}</span>
          <span className="tabular">{text}</span>
        </div>
        <Meter value={engines.usedByModelsBytes} max={engines.totalMemoryBytes} label={t('memory.label')} text={text} />
      </div>
    </Tooltip>
  )
}
