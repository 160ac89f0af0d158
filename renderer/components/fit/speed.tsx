import { useTranslation } from 'react-i18next'
import type { SpeedEstimate } from '../../../shared/domain/fit.ts'
import { useFormat } from '../../lib/format.ts'
import { Tooltip } from '../ui/tooltip.tsx'

/** Expected speed with its error; hover and focus say where the figure comes from. */
export function SpeedCell({ speed }: { speed: SpeedEstimate | null }) {
  const { t } = useTranslation('discover')
  const text = useSpeedText()
  const format = useFormat()
  if (speed === null) {
    return (
      <span className="text-ink-3">
        <span aria-hidden="true">–</span>
        <span className="sr-only">{t('speed.none')}</span>
      </span>
    )
  }
  const hint = `${t('speed.range', {
    low: format.tokensPerSecond(speed.low),
    high: format.tokensPerSecond(speed.high),
  })} ${t(`speed.basis.${speed.basis}`)}`
  return (
    <Tooltip content={hint}>
      <button
        type="button"
        aria-label={`${text(speed)}. ${hint}`}
        className="tabular inline-flex min-h-7 items-center rounded-sm text-sm whitespace-nowrap"
      >
        {text(speed)}
      </button>
    </Tooltip>
  )
}

/** Words an expected speed as `41 ± 3 tok/s`, or as a range where little is known. */
export function useSpeedText(): (speed: SpeedEstimate) => string {
  const { t } = useTranslation('discover')
  const { number } = useFormat()
  return (speed) => {
    const { value, error, digits } = rounded(speed)
    // An error as large as the figure says nothing; the two ends do.
    if (error !== null && error > value / 2) {
      return t('speed.between', { low: number(speed.low, digits), high: number(speed.high, digits) })
    }
    return error === null
      ? t('speed.plain', { value: number(value, digits) })
      : t('speed.withError', { value: number(value, digits), error: number(error, digits) })
  }
}

/** Speed and the larger half of its range, rounded alike; no error where the range is nothing at that precision. */
export function rounded({ tokensPerSecond, low, high }: Pick<SpeedEstimate, 'tokensPerSecond' | 'low' | 'high'>): {
  value: number
  error: number | null
  digits: 0 | 1
} {
  const digits = tokensPerSecond < 10 ? 1 : 0
  const scale = 10 ** digits
  const round = (n: number): number => Math.round(n * scale) / scale
  const error = round(Math.max(tokensPerSecond - low, high - tokensPerSecond))
  return { value: round(tokensPerSecond), error: error > 0 ? error : null, digits }
}
