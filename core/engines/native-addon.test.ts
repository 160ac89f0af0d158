import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findNativeAddon } from './native-addon.ts'

describe('the native addon', () => {
  let dist: string
  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), 'hearth-native-'))
    mkdirSync(join(dist, 'native', 'linux-x64', 'cpu'), { recursive: true })
    writeFileSync(join(dist, 'native', 'linux-x64', 'cpu', 'llama-addon.node'), '')
  })
  afterEach(() => rmSync(dist, { recursive: true, force: true }))

  const find = (changes: { arch?: string; env?: Record<string, string> }, backend: 'cpu' | 'cuda' = 'cpu') =>
    findNativeAddon(
      { engineEntry: join(dist, 'engine', 'main.js'), platform: 'linux', arch: 'x64', env: {}, ...changes },
      backend,
    )

  it('is found for the platform and backend that it was built for', () => {
    expect(find({})).toBe(join(dist, 'native', 'linux-x64', 'cpu', 'llama-addon.node'))
    expect(find({ arch: 'arm64' })).toBeNull()
    expect(find({}, 'cuda')).toBeNull()
  })

  it('is left alone when a person switched it off', () => {
    expect(find({ env: { HEARTH_NATIVE: 'off' } })).toBeNull()
    expect(find({ env: { HEARTH_NATIVE: 'Off ' } })).toBeNull()
    expect(find({ env: { HEARTH_NATIVE: 'on' } })).not.toBeNull()
  })
})
