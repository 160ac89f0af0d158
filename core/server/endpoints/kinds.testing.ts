/** What a field takes and what it refuses; each of the latter has to be answered with the field's name. */
export interface Kind {
  good: readonly unknown[]
  wrong: readonly unknown[]
}

/** Written as a number that JSON allows and nobody can hold. */
export const TOO_LARGE = Infinity
const LONG = 'x'.repeat(100_000)

const notNumbers = ['0.7', 'NaN', '', true, [], [1], {}]

export function number(min: number, max: number, step = 0.01): Kind {
  return { good: [min, max, (min + max) / 2], wrong: [...notNumbers, min - step, max + step, 1e308, -1e308, TOO_LARGE] }
}

/** @param max absent: as large as a whole number gets */
export function int(min: number, max = Number.MAX_SAFE_INTEGER): Kind {
  const past = max === Number.MAX_SAFE_INTEGER ? 2 ** 53 : max + 1
  return { good: [min, max], wrong: [...notNumbers, min - 1, past, min + 0.5, 1e308, -1e308, TOO_LARGE] }
}

/** Whole numbers of both signs. */
export const anyInt: Kind = {
  good: [-1, 0, -0, 7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  wrong: [...notNumbers, 1.5, 2 ** 53, -(2 ** 53), 1e308, TOO_LARGE],
}

export const flag: Kind = { good: [true, false], wrong: ['true', 'false', '', 0, 1, [], {}] }

const notTexts = [5, 0, true, false, {}]
export const text: Kind = { good: ['', 'a', '\u0000', '\u202e‮', '__proto__', LONG], wrong: [...notTexts, []] }
/** A text that may not be empty. */
export const name: Kind = { good: ['a', '__proto__', 'constructor'], wrong: [...notTexts, [], ''] }

export function choice(...values: (string | boolean)[]): Kind {
  return { good: values, wrong: ['nonsense', LONG, '__proto__', 5, [], {}] }
}

export function list(...good: unknown[][]): Kind {
  return { good: [[], ...good], wrong: ['a', 5, true, {}, LONG] }
}

export const object: Kind = { good: [{}], wrong: ['a', 5, true, [], LONG] }

export const stops: Kind = {
  good: ['', 'a', ['a', 'b'], [''], '(a+)+$', '[', '\\', '.*', ['\u0000']],
  wrong: [5, true, {}, [5], [null], [['a']], Array(17).fill('x')],
}

export const stay: Kind = {
  good: [-1, 0, 300, 1e308, '5m', '-1', '1h30m'],
  wrong: ['soon', '5 parsecs', '', true, [], {}, TOO_LARGE],
}

/** What changes no answer: taken and not looked at. */
export const ignored: Kind = { good: ['a', 5, true, [], {}, TOO_LARGE, LONG], wrong: [] }

/** What can't be had here. */
export function refused(...values: unknown[]): Kind {
  return { good: [], wrong: values }
}

/** A kind that takes, or refuses, more or less than it usually does. */
export function but(kind: Kind, { good = kind.good, wrong = kind.wrong }: Partial<Kind>): Kind {
  return { good, wrong }
}
