import { describe, expect, it } from 'vitest'
import { readJson, root } from './project.mjs'
import { addonSource, hashFile, hashFolder, sourceBundle } from './native-source.mjs'

describe('the patch of the addon', () => {
  it('is for the sources that are installed', () => {
    const pins = readJson(`${root}/native/source.json`)
    expect(hashFolder(addonSource)).toBe(pins.addon)
    expect(hashFile(sourceBundle)).toBe(pins.bundle)
  })
})
