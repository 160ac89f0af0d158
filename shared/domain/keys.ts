import { z } from 'zod'

/** What a key is good for: asking models, managing them, and reading figures only. */
export const KeyScope = z.enum(['inference', 'management', 'metrics'])
export type KeyScope = z.infer<typeof KeyScope>

const limits = {
  name: z.string().trim().min(1).max(80),
  scopes: z.array(KeyScope).min(1),
  /** Names of the only models that it may use; null: all. */
  models: z.array(z.string().min(1)).min(1).nullable(),
  /** Milliseconds since the epoch; null: never. */
  expiresAt: z.number().nullable(),
  /** Requests in any minute; null: any number. */
  requestsPerMinute: z.int().min(1).max(1_000_000).nullable(),
  /** Tokens, read and written, in any 24 hours; null: any number. */
  tokensPerDay: z.int().min(1).nullable(),
}

/** What a person says of a new key. */
export const NewKey = z.object(limits)
export type NewKey = z.infer<typeof NewKey>

/** A key as it is shown; the secret itself is known only at the moment in which it is made. */
export const ApiKey = z.object({
  id: z.string(),
  ...limits,
  /** Its beginning, by which a person recognises it, as `hearth-Ab3d`. */
  hint: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
  /** Set by HEARTH_API_KEY or its file: can't be changed or removed here. */
  fromEnvironment: z.boolean(),
})
export type ApiKey = z.infer<typeof ApiKey>

/** A key that was just made, with what a program has to present. */
export const CreatedKey = z.object({ key: ApiKey, secret: z.string() })
export type CreatedKey = z.infer<typeof CreatedKey>
