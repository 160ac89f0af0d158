import { z } from 'zod'

const Text = z.string().max(2000)

/** A repository in a list or on its own; every field but the name may be missing, as older mirrors leave some out. */
export const RawModel = z.object({
  id: Text,
  author: Text.nullish(),
  sha: Text.nullish(),
  lastModified: Text.nullish(),
  createdAt: Text.nullish(),
  gated: z.union([z.boolean(), Text]).nullish(),
  downloads: z.number().nullish(),
  likes: z.number().nullish(),
  pipeline_tag: Text.nullish(),
  tags: z.array(z.string()).nullish(),
  cardData: z
    .object({
      license: z
        .union([z.string(), z.array(z.string())])
        .nullish()
        .catch(null),
      language: z
        .union([z.string(), z.array(z.string())])
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  gguf: z
    .object({
      total: z.number().nullish().catch(null),
      architecture: z.string().nullish().catch(null),
      context_length: z.number().nullish().catch(null),
    })
    .nullish()
    .catch(null),
})
export type RawModel = z.infer<typeof RawModel>

export const RawList = z.array(RawModel).max(5000)

export const RawRepo = RawModel.extend({
  siblings: z
    .array(
      z.object({
        rfilename: z.string(),
        size: z.number().nullish(),
        lfs: z.object({ size: z.number().nullish(), sha256: z.string().nullish() }).nullish(),
      }),
    )
    .max(20_000),
})
export type RawRepo = z.infer<typeof RawRepo>

export const WhoAmI = z.object({ name: Text })
