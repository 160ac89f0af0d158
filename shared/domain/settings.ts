import { z } from 'zod'
import { BackendSetting } from './hardware.ts'
import { ModelAlias } from './server.ts'

export const Language = z.enum(['system', 'en', 'zh-CN'])
export const Theme = z.enum(['system', 'light', 'dark'])
export type Theme = z.infer<typeof Theme>

/** Everything in `settings.json`. Each field has a default, so that any older or partial file is good. */
export const Settings = z.object({
  language: Language.default('system'),
  theme: Theme.default('system'),
  backend: BackendSetting.default('automatic'),
  /** Whether the app starts, hidden and with the server on, when the person signs in. */
  startAtLogin: z.boolean().default(false),
  /** Whether the machine is kept from sleeping while it answers. */
  keepAwake: z.boolean().default(false),
  /** The model that a new chat uses. */
  chatModel: z.string().default('smollm2:135m'),
  server: z
    .object({
      /** The switch: the server starts with the app while it is on. */
      enabled: z.boolean().default(false),
      port: z.int().min(1).max(65535).default(1234),
      /** Whether to answer on Ollama's port 11434 too. `ask`: yes while no Ollama is installed here. */
      ollamaPort: z.enum(['ask', 'yes', 'no']).default('ask'),
      /** Whether other computers of the network may use it, with a key. */
      network: z.boolean().default(false),
      /** `self-signed` makes a certificate of its own; `own` reads the PEM files that are named. */
      https: z
        .object({
          mode: z.enum(['off', 'self-signed', 'own']).default('off'),
          certificate: z.string().nullable().default(null),
          key: z.string().nullable().default(null),
        })
        .prefault({}),
      /** Web pages beside those of this machine whose scripts may call, as `https://chat.example`. */
      origins: z.array(z.string()).default([]),
      /** Names that programs use for local models. */
      aliases: z.array(ModelAlias).default([]),
      /** What a name that no model has does: `refuse` answers 404, `usual` takes the model in memory. */
      unknownModel: z.enum(['refuse', 'usual']).default('refuse'),
      /** Whether what requests say is kept, in memory alone, to be looked at. */
      keepBodies: z.boolean().default(false),
      /** Models that computers of the network may fetch from here with any Ollama or Hearth. */
      shelf: z
        .object({
          enabled: z.boolean().default(false),
          models: z.array(z.string()).default([]),
          /** Addresses and ranges, as `192.168.1.0/24`, that need no key to fetch. */
          addresses: z.array(z.string()).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  engine: z
    .object({
      /** Minutes that a model which a program asked for stays in memory after its last work; negative: for ever. */
      keepAliveMinutes: z.number().min(-1).max(100_000).default(5),
      /** Whether conversations that lost their slot are kept, in memory and on disk. */
      stateCache: z.boolean().default(true),
      /** Bytes on disk for them, of all models together. */
      stateCacheBytes: z.number().min(0).default(4e9),
      /** Whether what is certain is read while a person still types. */
      readAhead: z.boolean().default(true),
      /** Whether each model is measured and tried when the machine is idle. */
      autoTune: z.boolean().default(true),
    })
    .prefault({}),
  downloads: z
    .object({
      /** Absolute; null: `models` in the data folder, or what HEARTH_MODELS names. */
      folder: z.string().nullable().default(null),
      /** Bytes a second of all together; null: as fast as it goes. */
      speedLimit: z.number().positive().nullable().default(null),
      /** Models that are fetched at the same time. */
      parallel: z.int().min(1).max(8).default(2),
      /** Connections to fetch one file with. */
      connections: z.int().min(1).max(16).default(4),
    })
    .prefault({}),
  hubs: z
    .object({
      /** Addresses of mirrors or company proxies; null: the hub itself. The environment comes first. */
      endpoints: z
        .object({
          huggingface: z.url().nullable().default(null),
          ollama: z.url().nullable().default(null),
          modelscope: z.url().nullable().default(null),
        })
        .prefault({}),
      proxy: z
        .object({
          mode: z.enum(['system', 'none', 'manual']).default('system'),
          /** `http://host:port`; name and password are kept apart, with the secrets. */
          url: z.url().nullable().default(null),
        })
        .prefault({}),
      /** A PEM file with certificates to trust beside the usual ones. */
      certificates: z.string().nullable().default(null),
    })
    .prefault({}),
})
export type Settings = z.infer<typeof Settings>

const WebAddress = z.url({ protocol: /^https?$/ })

/** A change: only the fields that change. */
export const SettingsPatch = z.object({
  language: Language.optional(),
  theme: Theme.optional(),
  backend: BackendSetting.optional(),
  startAtLogin: z.boolean().optional(),
  keepAwake: z.boolean().optional(),
  chatModel: z.string().min(1).optional(),
  server: z
    .object({
      enabled: z.boolean().optional(),
      port: z.int().min(1).max(65535).optional(),
      ollamaPort: z.enum(['ask', 'yes', 'no']).optional(),
      network: z.boolean().optional(),
      https: z
        .object({
          mode: z.enum(['off', 'self-signed', 'own']).optional(),
          certificate: z.string().nullable().optional(),
          key: z.string().nullable().optional(),
        })
        .optional(),
      origins: z.array(z.string()).max(100).optional(),
      aliases: z.array(ModelAlias).max(500).optional(),
      unknownModel: z.enum(['refuse', 'usual']).optional(),
      keepBodies: z.boolean().optional(),
      shelf: z
        .object({
          enabled: z.boolean().optional(),
          models: z.array(z.string()).max(1000).optional(),
          addresses: z.array(z.string()).max(1000).optional(),
        })
        .optional(),
    })
    .optional(),
  engine: z
    .object({
      keepAliveMinutes: z.number().min(-1).max(100_000).optional(),
      stateCache: z.boolean().optional(),
      stateCacheBytes: z.number().min(0).optional(),
      readAhead: z.boolean().optional(),
      autoTune: z.boolean().optional(),
    })
    .optional(),
  downloads: z
    .object({
      folder: z.string().nullable().optional(),
      speedLimit: z.number().positive().nullable().optional(),
      parallel: z.int().min(1).max(8).optional(),
      connections: z.int().min(1).max(16).optional(),
    })
    .optional(),
  hubs: z
    .object({
      endpoints: z
        .object({
          huggingface: WebAddress.nullable().optional(),
          ollama: WebAddress.nullable().optional(),
          modelscope: WebAddress.nullable().optional(),
        })
        .optional(),
      proxy: z
        .object({
          mode: z.enum(['system', 'none', 'manual']).optional(),
          url: WebAddress.nullable().optional(),
          /** Kept with the secrets, never in the file; null forgets them. */
          login: z.object({ user: z.string(), password: z.string() }).nullable().optional(),
        })
        .optional(),
      certificates: z.string().nullable().optional(),
    })
    .optional(),
})
export type SettingsPatch = z.infer<typeof SettingsPatch>
