import { z } from 'zod'
import { LOCAL_OWNER_ID } from '../../shared/domain/actor.ts'
import {
  Conformance,
  MeasuredSpeed,
  type Model,
  ModelCheck,
  type ModelDefaults,
  ModelDefaultsPatch,
  Tuning,
} from '../../shared/domain/models.ts'
import type { Database } from '../storage/sqlite.ts'

/** What belongs to one model here and did not come with it: what a person set, and what was found out in use. */
const ModelSettings = z.object({
  favourite: z.boolean(),
  tags: z.array(z.string()),
  /** Only what differs from what the model brought. */
  defaults: ModelDefaultsPatch,
  lastUsedAt: z.number().nullable(),
  measured: MeasuredSpeed.nullable(),
  check: ModelCheck.nullable(),
  conformance: Conformance.nullable(),
  tuning: Tuning.nullable(),
})
export type ModelSettings = z.infer<typeof ModelSettings>

/** Whose settings: a row of the library, or a model that ships with the program. */
type SettingsOwner = { modelId: number } | { starter: string }

export interface ModelSettingsStore {
  of(modelId: number): ModelSettings
  /** By id of the model, or by name of the starter. */
  all(): { models: Map<number, ModelSettings>; starters: Map<string, ModelSettings> }
  save(owner: SettingsOwner, settings: ModelSettings): void
}

export function createModelSettingsStore(database: Database): ModelSettingsStore {
  return {
    of(modelId) {
      const row = database.prepare('SELECT * FROM model_settings WHERE model_id = ?').get(modelId)
      return row ? readSettings(row) : noSettings()
    },
    all() {
      const models = new Map<number, ModelSettings>()
      const starters = new Map<string, ModelSettings>()
      for (const row of database.prepare('SELECT * FROM model_settings').all()) {
        const settings = readSettings(row)
        if (row['model_id'] === null) starters.set(String(row['starter']), settings)
        else models.set(Number(row['model_id']), settings)
      }
      return { models, starters }
    },
    save(owner, settings) {
      const [column, key] = 'modelId' in owner ? ['model_id', owner.modelId] : ['starter', owner.starter]
      database
        .prepare(
          `INSERT INTO model_settings (owner_id, ${column}, favourite, tags, defaults, last_used_at, measured, checked,
             conformance, tuning)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (${column}) DO UPDATE SET favourite = excluded.favourite, tags = excluded.tags,
             defaults = excluded.defaults, last_used_at = excluded.last_used_at, measured = excluded.measured,
             checked = excluded.checked, conformance = excluded.conformance, tuning = excluded.tuning`,
        )
        .run(
          LOCAL_OWNER_ID,
          key,
          settings.favourite ? 1 : 0,
          JSON.stringify(settings.tags),
          JSON.stringify(settings.defaults),
          settings.lastUsedAt,
          settings.measured && JSON.stringify(settings.measured),
          settings.check && JSON.stringify(settings.check),
          settings.conformance && JSON.stringify(settings.conformance),
          settings.tuning && JSON.stringify(settings.tuning),
        )
    },
  }
}

export function noSettings(): ModelSettings {
  return {
    favourite: false,
    tags: [],
    defaults: {},
    lastUsedAt: null,
    measured: null,
    check: null,
    conformance: null,
    tuning: null,
  }
}

/** A model's fields that follow from what it came with and from what belongs to it here. */
export function applySettings(
  came: ModelDefaults,
  { defaults, ...own }: ModelSettings,
): Pick<Model, keyof ModelSettings> {
  return { ...own, defaults: { ...came, ...given(defaults) } }
}

/** Only the fields that say something: an absent field may stand there as undefined. */
export function given(defaults: z.infer<typeof ModelDefaultsPatch>): Partial<ModelDefaults> {
  // What is left has no undefined in it.
  return Object.fromEntries(
    Object.entries(defaults).filter(([, value]) => value !== undefined),
  ) as Partial<ModelDefaults>
}

function readSettings(row: Record<string, unknown>): ModelSettings {
  return ModelSettings.parse({
    favourite: row['favourite'] === 1,
    tags: json(row['tags']),
    defaults: json(row['defaults']),
    lastUsedAt: row['last_used_at'],
    measured: json(row['measured']),
    check: json(row['checked']),
    conformance: json(row['conformance']),
    tuning: json(row['tuning']),
  })
}

/** A column of JSON; null where it is empty. */
export function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null
}
