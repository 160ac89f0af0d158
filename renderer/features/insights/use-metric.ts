import { useTranslation } from 'react-i18next'
import { useFormat } from '../../lib/format.ts'
import type { Metric } from './series.ts'

/** What is written for no value. */
export const NOTHING = '–'

export interface MetricWords {
  title: string
  hint: string
  /** A figure with its unit. */
  value: (value: number | null) => string
  /** A figure as it stands at an axis. */
  axis: (value: number) => string
  /** What a value is divided by to be shown. */
  unit: number
  /** The least upper end of the axis, in shown units. */
  least: number
  /** Zero means that nothing was done, not that it was slow. */
  busyOnly: boolean
}

const UNITS: Record<Metric, { unit: number; least: number }> = {
  decodeTps: { unit: 1, least: 10 },
  prefillTps: { unit: 1, least: 100 },
  ttftMs: { unit: 1000, least: 0.1 },
  active: { unit: 1, least: 4 },
  queued: { unit: 1, least: 4 },
  memoryBytes: { unit: 1e9, least: 1 },
}

/** What stands behind the figures of an axis, where the title does not say it. */
const SUFFIX: Record<Metric, string> = {
  decodeTps: '',
  prefillTps: '',
  ttftMs: ' s',
  active: '',
  queued: '',
  memoryBytes: ' GB',
}

/** The words and units of the figures that are followed over time. */
export function useMetric(): (metric: Metric) => MetricWords {
  const { t } = useTranslation('insights')
  const format = useFormat()
  const value = (metric: Metric, figure: number): string => {
    switch (metric) {
      case 'decodeTps':
      case 'prefillTps':
        return t('unit.tps', { value: format.tokensPerSecond(figure) })
      case 'ttftMs':
        return format.duration(figure)
      case 'memoryBytes':
        return format.bytes(figure)
      case 'active':
      case 'queued':
        return format.number(figure)
    }
  }
  return (metric) => ({
    ...UNITS[metric],
    title: t(`metric.${metric}.title`),
    hint: t(`metric.${metric}.hint`),
    value: (figure) => (figure === null ? NOTHING : value(metric, figure)),
    axis: (figure) => `${format.number(figure, figure < 10 ? 2 : 0)}${figure === 0 ? '' : SUFFIX[metric]}`,
    busyOnly: metric === 'decodeTps' || metric === 'prefillTps',
  })
}
