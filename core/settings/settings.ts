import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { ModelAlias } from '../../shared/domain/server.ts'
import { Settings, SettingsPatch } from '../../shared/domain/settings.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { writeFileAtomically } from '../lib/write-file.ts'
import { normalizeName } from '../models/names.ts'
import type { Notices } from '../system/notices.ts'
import { mergeDeep } from './merge.ts'
import { type ProxyLogin, withoutLogin } from './proxy-login.ts'

export interface SettingsService {
  topic: Topic<Settings>
  get(): Settings
  /**
   * Changes some fields, at any depth; resolves when they are on the disk. A proxy's login goes where secrets are kept.
   * Throws `invalid_input`, `disk_full`, and what `prepare` refuses with.
   */
  update(patch: SettingsPatch): Promise<Settings>
  onChange(listener: (next: Settings, previous: Settings) => void): void
}

export interface SettingsOptions {
  /** Takes name and password for the proxy; null forgets them. Without it they are refused. */
  keepLogin?: (login: ProxyLogin | null) => Promise<void>
  /** Does, or refuses, what a change needs before it is kept. @throws AppError */
  prepare?: (change: SettingsPatch) => Promise<void>
  now?: () => number
}

/** The settings in `<home>/settings.json`. A file that can't be understood is put aside and said so. */
export function createSettings(
  home: string,
  notices: Notices,
  { keepLogin, prepare, now = Date.now }: SettingsOptions = {},
): SettingsService {
  const path = join(home, 'settings.json')
  const listeners: ((next: Settings, previous: Settings) => void)[] = []
  /** As read: fields that this version does not know are written back. */
  let raw: Record<string, unknown> = {}
  let current = read()
  let writing: Promise<void> = Promise.resolve()
  const topic = createTopic(() => current)

  function read(): Settings {
    if (!existsSync(path)) return Settings.parse({})
    const text = readFileSync(path, 'utf8')
    try {
      const value: unknown = JSON.parse(text)
      const settings = Settings.parse(value)
      raw = { ...(value as Record<string, unknown>) } // an object, or Settings.parse had thrown
      return settings
    } catch {
      const aside = join(home, `settings.broken-${now()}.json`)
      renameSync(path, aside)
      notices.add('warning', {
        code: 'settings_damaged',
        message: 'The settings file could not be read. Hearth uses its default settings.',
        suggestion: `The old file is kept as ${aside}.`,
        data: { path: aside },
      })
      return Settings.parse({})
    }
  }

  return {
    topic,
    get: () => current,
    async update(patch) {
      const parsed = SettingsPatch.safeParse(patch)
      if (!parsed.success) {
        throw new AppError({ code: 'invalid_input', message: 'That setting has no such value.', cause: parsed.error })
      }
      assertDistinct(parsed.data.server?.aliases ?? [])
      const { patch: change, login } = withoutLogin(parsed.data)
      await prepare?.(change)
      if (login !== undefined) {
        if (!keepLogin) throw new AppError({ code: 'invalid_input', message: 'A login can not be kept here.' })
        await keepLogin(login)
      }
      const previous = current
      const next = Settings.parse(mergeDeep(previous, change))
      const file = mergeDeep(raw, next)
      current = next
      const written = writing.then(() => writeFileAtomically(path, `${JSON.stringify(file, null, 2)}\n`))
      // The next change writes everything again: one that failed must not fail it too.
      writing = written.catch(() => {})
      for (const listener of listeners) listener(next, previous)
      topic.changed()
      await written
      return next
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

/** Two of the same name could not both be obeyed. @throws AppError invalid_input */
function assertDistinct(aliases: readonly ModelAlias[]): void {
  const names = new Set<string>()
  for (const { name } of aliases) {
    const normal = normalizeName(name)
    if (normal !== '' && !names.has(normal)) names.add(normal)
    else {
      throw new AppError({
        code: 'invalid_input',
        message: normal === '' ? 'An alias needs a name.' : `There are two aliases named “${name}”.`,
        suggestion: 'Give each alias a name of its own.',
        data: { parameter: 'server.aliases', name },
      })
    }
  }
}
