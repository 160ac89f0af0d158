import type { BackendChoice } from '../../../shared/domain/hardware.ts'
import type { Format } from '../../lib/format.ts'

export type Rejection = BackendChoice['rejected'][number]

const PLACEHOLDER = /\{\{(\w+)\}\}/g

/**
 * Why a backend was not chosen, in the language of the window. `lookup` finds a raw translation; the one with facts
 * (`facts.<reason>`) is taken when the core gave all of them, then the one without (`reason.<reason>`), then English.
 * Facts whose name ends in `Bytes` are shown as sizes.
 */
export function rejectionText(
  rejection: Rejection,
  format: Format,
  lookup: (key: string) => string | undefined,
): string {
  const withFacts = fill(lookup(`facts.${rejection.reason}`), rejection.data ?? {}, format)
  return withFacts ?? lookup(`reason.${rejection.reason}`) ?? rejection.sentence
}

function fill(sentence: string | undefined, data: Record<string, string | number>, format: Format): string | undefined {
  if (sentence === undefined) return undefined
  let complete = true
  const text = sentence.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = data[name]
    if (value === undefined) complete = false
    if (typeof value !== 'number') return String(value)
    if (name.endsWith('Bytes')) return format.bytes(value)
    return format.number(value)
  })
  return complete ? text : undefined
}
