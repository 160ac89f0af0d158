import { z } from 'zod'
import { BackendSetting } from './hardware.ts'

export const Language = z.enum(['system', 'en', 'zh-CN'])
export const Theme = z.enum(['system', 'light', 'dark'])
export type Theme = z.infer<typeof Theme>

/** Everything in `settings.json`. Each field has a default, so that any older or partial file is good. */
export const Settings = z.object({
  language: Language.default('system'),
  theme: Theme.default('system'),
  backend: BackendSetting.default('automatic'),
  /** The model that a new chat uses. */
  chatModel: z.string().default('smollm2:135m'),
  server: z
    .object({
      /** The switch: the server starts with the app while it is on. */
      enabled: z.boolean().default(false),
      port: z.int().min(1).max(65535).default(1234),
      /** Whether to answer on Ollama's port 11434 too. `ask`: yes while no Ollama is installed here. */
      ollamaPort: z.enum(['ask', 'yes', 'no']).default('ask'),
    })
    .prefault({}),
})
export type Settings = z.infer<typeof Settings>

/** A change: only the fields that change. */
export const SettingsPatch = z.object({
  language: Language.optional(),
  theme: Theme.optional(),
  backend: BackendSetting.optional(),
  chatModel: z.string().min(1).optional(),
  server: z
    .object({
      enabled: z.boolean().optional(),
      port: z.int().min(1).max(65535).optional(),
      ollamaPort: z.enum(['ask', 'yes', 'no']).optional(),
    })
    .optional(),
})
export type SettingsPatch = z.infer<typeof SettingsPatch>
