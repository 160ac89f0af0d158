import { Slider } from '@base-ui/react/slider'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../lib/format.ts'
import { Tooltip } from '../ui/tooltip.tsx'
import { contextSteps, nearestStep } from './context.ts'

export interface ContextSliderProps {
  /** Tokens. */
  value: number
  onValueChange: (tokens: number) => void
  /** What the model was trained for; null when not said. */
  trained: number | null
}

/** The context length to reckon with, in steps that double. */
export function ContextSlider({ value, onValueChange, trained }: ContextSliderProps) {
  const { t } = useTranslation('discover')
  const { number } = useFormat()
  const id = useId()
  const steps = contextSteps(trained)
  const place = nearestStep(steps, value)
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Tooltip content={t('picker.contextHint')}>
        <span id={id} className="text-sm text-ink-2">
          {t('picker.context')}
        </span>
      </Tooltip>
      <Slider.Root
        value={place}
        min={0}
        max={steps.length - 1}
        disabled={steps.length === 1}
        onValueChange={(next) => {
          const tokens = steps[next]
          if (tokens !== undefined) onValueChange(tokens)
        }}
        className="w-36 min-w-20"
      >
        <Slider.Control className="flex h-7 touch-none items-center select-none">
          <Slider.Track className="h-1 w-full rounded-full bg-line-strong">
            <Slider.Indicator className="rounded-full bg-ember" />
            <Slider.Thumb
              getAriaLabel={() => t('picker.contextLabel')}
              getAriaValueText={() => t('picker.tokens', { tokens: number(steps[place] ?? value) })}
              className="size-4 rounded-full border-2 border-ember bg-surface shadow-control has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ember"
            />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <output aria-hidden="true" className="tabular min-w-14 text-sm font-semibold">
        {number(steps[place] ?? value)}
      </output>
    </div>
  )
}
