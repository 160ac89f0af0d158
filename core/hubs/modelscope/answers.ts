import { z } from 'zod'

export const RawSearch = z.object({
  data: z.object({
    models: z
      .array(
        z.object({
          id: z.string().max(300),
          downloads: z.number().nullish(),
          likes: z.number().nullish(),
          tags: z.array(z.string()).nullish().catch(null),
          license: z.string().nullish().catch(null),
          created_at: z.string().nullish().catch(null),
          last_modified: z.string().nullish().catch(null),
          display_name: z.string().nullish().catch(null),
        }),
      )
      .max(500),
    total_count: z.number().nullish(),
  }),
})
export type RawScopeModel = z.infer<typeof RawSearch>['data']['models'][number]

/** `Code` tells of trouble even where the status is 200. */
export const RawFiles = z.object({
  Code: z.number().nullish(),
  Message: z.string().nullish(),
  Data: z
    .object({
      Files: z
        .array(
          z.object({
            Path: z.string(),
            Type: z.string().nullish(),
            Size: z.number().nullish(),
            Sha256: z.string().nullish(),
          }),
        )
        .max(20_000),
    })
    .nullish(),
})

export const RawUser = z.object({ data: z.object({ username: z.string().max(200) }) })
