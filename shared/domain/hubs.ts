import { z } from 'zod'
import { GgufFacts } from './models.ts'

/** Where models come from. */
export const HubId = z.enum(['huggingface', 'ollama', 'modelscope'])
export type HubId = z.infer<typeof HubId>

/** By parameters: tiny under 1.5 billion, small under 14, medium under 31, large above. */
export const SizeClass = z.enum(['tiny', 'small', 'medium', 'large'])
export type SizeClass = z.infer<typeof SizeClass>

export const HubModelType = z.enum(['instruct', 'base', 'embedding', 'coder', 'vision'])
export type HubModelType = z.infer<typeof HubModelType>

/** A repository, as a search lists it. */
export const HubModel = z.object({
  hub: HubId,
  /** `owner/name` as the hub spells it; `library/qwen2.5` at Ollama's registry. */
  repo: z.string(),
  title: z.string(),
  author: z.string(),
  /** Of the last 30 days at Hugging Face, of all time elsewhere; null when not told. */
  downloads: z.number().nullable(),
  likes: z.number().nullable(),
  /** Epoch milliseconds. */
  createdAt: z.number().nullable(),
  updatedAt: z.number().nullable(),
  /** As the hub counts them, or read from the name; null when neither says. */
  parameters: z.number().nullable(),
  architecture: z.string().nullable(),
  contextLength: z.number().nullable(),
  licence: z.string().nullable(),
  languages: z.array(z.string()),
  types: z.array(HubModelType),
  /** Whether files need the owner's consent: `auto` grants it at once to an account, `manual` after a look. */
  gated: z.enum(['open', 'auto', 'manual']),
  tags: z.array(z.string()),
})
export type HubModel = z.infer<typeof HubModel>

export const HubSort = z.enum(['trending', 'downloads', 'likes', 'updated', 'created'])
export type HubSort = z.infer<typeof HubSort>

export const HubQuery = z.object({
  hub: HubId,
  text: z.string().max(200),
  size: SizeClass.nullable().default(null),
  type: HubModelType.nullable().default(null),
  /** An identifier as `apache-2.0`. */
  licence: z.string().max(60).nullable().default(null),
  /** Only what should fit into this computer's memory at 4 bits a weight. */
  runsWellHere: z.boolean().default(false),
  sort: HubSort.default('trending'),
  /** From the page before; null for the first. */
  cursor: z.string().max(4000).nullable().default(null),
})
export type HubQuery = z.infer<typeof HubQuery>

export const HubPage = z.object({
  models: z.array(HubModel),
  /** Null on the last page. */
  cursor: z.string().nullable(),
  total: z.number().nullable(),
})
export type HubPage = z.infer<typeof HubPage>

export const HubFile = z.object({
  /** Inside the repository, with `/`. */
  path: z.string(),
  sizeBytes: z.number().nullable(),
  /** Lower-case hex; null when the hub does not say. */
  sha256: z.string().nullable(),
})
export type HubFile = z.infer<typeof HubFile>

/** One quantization of a repository: a file, or its shards in order. */
export const HubVariant = z.object({
  /** Unique in the repository; what stands behind the colon of a name, as `Q4_K_M` or `3b`. */
  id: z.string(),
  /** Known label of the quantization; null where the name has none. */
  quantization: z.string().nullable(),
  files: z.array(HubFile).min(1),
  sizeBytes: z.number().nullable(),
  /** A shard is missing at the hub: it can't be loaded. */
  incomplete: z.boolean(),
})
export type HubVariant = z.infer<typeof HubVariant>

/** A repository, opened. */
export const HubRepo = z.object({
  model: HubModel,
  /** The commit that was looked at; files are fetched from exactly this one. */
  revision: z.string(),
  variants: z.array(HubVariant),
  /** `mmproj` files: what a vision or audio model needs beside its weights. */
  projectors: z.array(HubFile),
  /** LoRA adapters. */
  adapters: z.array(HubFile),
  /** Importance matrices and GGUFs that are no weights. */
  others: z.array(HubFile),
  /** What the header of a file says, read before any download; null when it could not be read. */
  facts: GgufFacts.nullable(),
  /** Name to pull it by, as `hf.co/owner/name`. */
  name: z.string(),
  /** The repository's page, for a browser. */
  url: z.string(),
})
export type HubRepo = z.infer<typeof HubRepo>

/** Whether a hub answers from here, and how fast. */
export const HubReach = z.object({
  hub: HubId,
  endpoint: z.string(),
  /** Milliseconds to the first byte of a small answer, measured; null when it did not answer. */
  latencyMs: z.number().nullable(),
})
export type HubReach = z.infer<typeof HubReach>

/** What is known of the person's account at a hub. The token itself never leaves the core. */
export const HubAccount = z.object({
  hub: HubId,
  /** Where the token comes from; `none` when there is none. */
  token: z.enum(['none', 'saved', 'environment']),
  /** Its last four characters. */
  tokenEnd: z.string().nullable(),
  /** The account's name, once the hub has told. */
  user: z.string().nullable(),
  /** False after the hub refused the token. */
  valid: z.boolean().nullable(),
  /** Whether the operating system encrypts it; false: a file that only this user can read. */
  encrypted: z.boolean(),
})
export type HubAccount = z.infer<typeof HubAccount>

export const Scenario = z.enum(['chineseChat', 'englishChat', 'coding', 'reasoning', 'quick', 'embedding'])
export type Scenario = z.infer<typeof Scenario>

/** A model of the curated list; sizes are those of the day it was written, marked as about. */
export const CatalogueModel = z.object({
  /** As people type it, as `qwen3:0.6b`. */
  name: z.string(),
  aliases: z.array(z.string()),
  title: z.string(),
  parameters: z.number(),
  architecture: z.string(),
  contextLength: z.number(),
  licence: z.string(),
  languages: z.array(z.string()),
  scenarios: z.array(Scenario),
  kind: z.enum(['chat', 'embedding']),
  /** What it is good at; a key of the texts. */
  strength: z.enum([
    'small',
    'allRound',
    'chinese',
    'multilingual',
    'code',
    'reasoning',
    'english',
    'embedding',
    'long',
  ]),
  /** Shape of the network for the memory estimate; null when unknown. */
  shape: GgufFacts.shape.shape,
  /** First the one to take. */
  sources: z.array(z.object({ hub: HubId, repo: z.string() })).min(1),
  variants: z.array(z.object({ id: z.string(), sizeBytes: z.number() })).min(1),
})
export type CatalogueModel = z.infer<typeof CatalogueModel>
