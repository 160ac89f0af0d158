import type { Tuning } from '../../../shared/domain/models.ts'

type What = Tuning['measured'][number]['what']

/** The highest speed that was measured of one kind, in tokens per second; null when none was. */
export function bestSpeed({ measured }: Pick<Tuning, 'measured'>, what: What): number | null {
  const speeds = measured.filter((each) => each.what === what).map((each) => each.tokensPerSecond)
  return speeds.length === 0 ? null : Math.max(...speeds)
}
