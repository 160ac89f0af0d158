import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ServerExchange, ServerState } from '../domain/server.ts'
import { localOnly, remote } from './base.ts'

export const server = {
  /** Status and recent requests, at most four times a second. */
  watch: remote.output(eventIterator(ServerState)),
  /** The switch. Resolves when the server answers, or fails with the reason. */
  setEnabled: localOnly.input(z.object({ enabled: z.boolean() })).output(z.void()),
  /** What a request said and was answered; null once it is not in memory (any more). */
  inspect: localOnly.input(z.object({ id: z.string() })).output(ServerExchange.nullable()),
  /** Sends a kept request once more, as it was; the answer appears in the list. */
  runAgain: localOnly.input(z.object({ id: z.string() })).output(z.object({ id: z.string() })),
  clearRequests: remote.output(z.void()),
  /** A one-time link that lets one browser in. */
  createLink: localOnly.output(z.object({ url: z.string() })),
}
