import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const right = { x: 1440, y: 0, width: 1920, height: 1080 }

describe('a window', () => {
  it('opens where it was', () => {
    const bounds = { x: 1600, y: 100, width: 1000, height: 700 }
    expect(placeWindow(bounds, [laptop, right])).toEqual(bounds)
  })

  it('opens in the middle of the first display when it never was anywhere', () => {
    expect(placeWindow(null, [laptop, right])).toEqual({ x: 80, y: 63, width: 1280, height: 800 })
  })

  it('comes back to the first display when its own was unplugged', () => {
    expect(placeWindow({ x: 1600, y: 100, width: 1000, height: 700 }, [laptop])).toEqual({
      x: 220,
      y: 113,
      width: 1000,
      height: 700,
    })
  })

  it.each([
    ['left', { x: -950, y: 100, width: 1000, height: 700 }],
    ['above', { x: 100, y: -600, width: 1000, height: 700 }],
    ['below', { x: 100, y: 895, width: 1000, height: 700 }],
    ['far away', { x: 90000, y: -90000, width: 1000, height: 700 }],
  ])('comes back when its title row lies %s of every display', (_where, bounds) => {
    const placed = placeWindow(bounds, [laptop])
    expect(placed).toEqual({ x: 220, y: 113, width: 1000, height: 700 })
  })

  it('may hang over an edge as long as it can be grabbed', () => {
    const bounds = { x: -500, y: 300, width: 1000, height: 700 }
    expect(placeWindow(bounds, [laptop])).toEqual(bounds)
  })

  it('is never larger than its display, nor smaller than the interface can be', () => {
    expect(placeWindow({ x: 0, y: 25, width: 4000, height: 3000 }, [laptop])).toEqual(laptop)
    expect(placeWindow({ x: 10, y: 30, width: 5, height: 5 }, [laptop])).toMatchObject({ width: 480, height: 480 })
  })

  it('opens somewhere when the system names no display', () => {
    expect(placeWindow(null, [])).toEqual({ x: 0, y: 0, width: 1280, height: 800 })
  })
})

describe('what the shell remembers', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-window-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is read as it was written', async () => {
    const path = join(folder, 'window.json')
    const state = {
      bounds: { x: 1, y: 2, width: 900, height: 600 },
      maximized: true,
      zoomLevel: 1.5,
      theme: 'dark',
      language: 'zh-CN',
    } as const
    await writeWindowState(path, state)
    expect(readWindowState(path)).toEqual(state)
  })

  it('keeps the good part of a damaged file', () => {
    const path = join(folder, 'window.json')
    writeFileSync(path, '{"bounds":{"x":"left"},"zoomLevel":99,"theme":"dark","maximized":"yes"}')
    expect(readWindowState(path)).toEqual({
      bounds: null,
      maximized: false,
      zoomLevel: 0,
      theme: 'dark',
      language: 'system',
    })
  })

  it('starts afresh when the file is absent or no JSON', () => {
    const path = join(folder, 'window.json')
    expect(readWindowState(path).bounds).toBeNull()
    writeFileSync(path, '{"bou')
    expect(readWindowState(path).bounds).toBeNull()
  })

  it('is silently not kept in a folder that can not be written', async () => {
    await expect(
      writeWindowState(join(folder, 'a-file', '\0', 'window.json'), readWindowState('')),
    ).resolves.toBeUndefined()
  })
})
