import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ApiKey, CreatedKey, NewKey } from '../domain/keys.ts'
import { localOnly } from './base.ts'

/** The keys with which programs on other computers enter. */
export const keys = {
  /** All of them, newest first, again after each change. */
  watch: localOnly.output(eventIterator(z.array(ApiKey))),
  list: localOnly.output(z.array(ApiKey)),
  create: localOnly.input(NewKey).output(CreatedKey),
  /** Takes effect at the next request. */
  update: localOnly.input(z.object({ id: z.string(), key: NewKey })).output(ApiKey),
  /** From now on nobody enters with it; answers that run are ended. */
  remove: localOnly.input(z.object({ id: z.string() })).output(z.void()),
}
