import { z } from 'zod'

/** Where an answer ends: one text or several. */
export const stopField = z.union([z.string(), z.array(z.string()).max(16)], {
  error: 'must be a string or an array of at most 16 strings',
})

/** The texts themselves; an empty one would end every answer before it begins, so clients can't mean it. */
export function stopsOf(stop: z.infer<typeof stopField> | undefined): string[] {
  return [stop ?? []].flat().filter((text) => text !== '')
}
