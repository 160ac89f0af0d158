import { z } from 'zod'
import { CatalogueModel, HubAccount, HubId, HubPage, HubQuery, HubReach, HubRepo } from '../domain/hubs.ts'
import { localOnly, remote } from './base.ts'

const Repo = z.object({ hub: HubId, repo: z.string().min(1).max(300), revision: z.string().max(200).optional() })

export const hubs = {
  /** The curated list; works without a network. */
  catalogue: remote.output(z.array(CatalogueModel)),
  search: remote.input(HubQuery).output(HubPage),
  repo: remote.input(Repo).output(HubRepo),
  /** The model card as markdown, without its front matter; null when there is none. Not to be trusted. */
  card: remote.input(Repo).output(z.object({ markdown: z.string().nullable() })),
  /** Asks every hub for something small: which answer, and how fast. */
  reach: remote.output(z.array(HubReach)),
  accounts: localOnly.output(z.array(HubAccount)),
  /** Keeps a token and asks the hub whose it is; null forgets it. */
  setToken: localOnly.input(z.object({ hub: HubId, token: z.string().max(500).nullable() })).output(HubAccount),
}
