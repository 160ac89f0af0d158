import type { ModelDefaults } from '../../../../shared/domain/models.ts'

/** The defaults in the groups in which they are undone and reset. */
const GROUPS = {
  system: ['system'],
  sampling: ['sampling'],
  answer: ['maxTokens', 'stop'],
  load: ['load'],
  template: ['template'],
  goTemplate: ['goTemplate'],
} as const satisfies Record<string, readonly (keyof ModelDefaults)[]>
export type GroupName = keyof typeof GROUPS

/** Nothing set: what the file and the engine say. */
const NOTHING: ModelDefaults = {
  system: null,
  sampling: {},
  load: {},
  template: null,
  goTemplate: null,
  stop: [],
  maxTokens: null,
}

/** The values of one group. */
export function pickGroup(defaults: ModelDefaults, group: GroupName): Partial<ModelDefaults> {
  return Object.fromEntries(GROUPS[group].map((field) => [field, defaults[field]]))
}

/** What a group says when nothing is set in it. */
export function emptyGroup(group: GroupName): Partial<ModelDefaults> {
  return pickGroup(NOTHING, group)
}

/** Whether something is set in a group. */
export function isGroupSet(defaults: ModelDefaults, group: GroupName): boolean {
  return JSON.stringify(pickGroup(defaults, group)) !== JSON.stringify(emptyGroup(group))
}

/** An object with one field set, or without it where the value is undefined. */
export function withField<T extends object, K extends keyof T>(object: T, field: K, value: T[K] | undefined): T {
  const { [field]: _, ...rest } = object
  return (value === undefined ? rest : { ...rest, [field]: value }) as T // only optional fields are left out
}

/** A stop string as it is typed and shown: line ends and tabs as `\n` and `\t`. */
export function escapeStop(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
}

/** What was typed as a stop string; `escapeStop` gives it back. */
export function unescapeStop(text: string): string {
  return text.replaceAll(/\\([nrt\\])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? '\\')
}
