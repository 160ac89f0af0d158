import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SettingsPatch } from '../shared/domain/settings.ts'

/** A data folder that outlives one start of Hearth; whoever made it removes it. */
export function makeHome(settings: SettingsPatch = {}): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'hearth-e2e-'))
  writeFileSync(join(path, 'settings.json'), JSON.stringify({ language: 'en', ...settings }))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) }
}
