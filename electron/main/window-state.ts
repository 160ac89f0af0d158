import { readFileSync } from 'node:fs'
import { writeFileAtomically } from '../../core/lib/write-file.ts'
import { z } from 'zod'
import { Settings, Theme } from '../../shared/domain/settings.ts'

const Rectangle = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
export type Rectangle = z.infer<typeof Rectangle>

/** What the shell remembers before it can ask the core. Each field stands alone: a damaged one takes its default. */
export const WindowState = z.object({
  bounds: Rectangle.nullable().catch(null),
  maximized: z.boolean().catch(false),
  /** Chromium's zoom level: a step is 20 %, 0 is 100 %. */
  zoomLevel: z.number().min(-3).max(5).catch(0),
  theme: Theme.catch('system'),
  language: Settings.shape.language.catch('system'),
})
export type WindowState = z.infer<typeof WindowState>

export const MINIMUM_SIZE = { width: 480, height: 480 }
export const DEFAULT_SIZE = { width: 1280, height: 800 }

/** How much of the title row must be reachable with a pointer (px). */
const GRIP = { width: 100, height: 24 }

/** The state in a file; defaults where there is none or it can't be read. */
export function readWindowState(path: string): WindowState {
  try {
    return WindowState.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return WindowState.parse({})
  }
}

/** Writes the state whole or not at all. A folder that can't be written costs the memory, not the window. */
export function writeWindowState(path: string, state: WindowState): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(state, null, 2)}\n`).catch(() => undefined)
}

/**
 * Where a window opens: where it was, if its title row can still be reached there, else in the middle of the first
 * display; never larger than the display that it is on.
 *
 * @param workAreas of the displays that are there now, the primary one first (px)
 */
export function placeWindow(remembered: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle {
  const home = remembered === null ? undefined : workAreas.find((area) => isReachable(remembered, area))
  const area = home ?? workAreas[0] ?? { x: 0, y: 0, ...DEFAULT_SIZE }
  const wanted = remembered ?? DEFAULT_SIZE
  const width = clamp(wanted.width, MINIMUM_SIZE.width, area.width)
  const height = clamp(wanted.height, MINIMUM_SIZE.height, area.height)
  if (remembered !== null && home !== undefined) {
    const x = clamp(remembered.x, area.x - width + GRIP.width, area.x + area.width - GRIP.width)
    const y = clamp(remembered.y, area.y, area.y + area.height - GRIP.height)
    return { x, y, width, height }
  }
  return {
    x: area.x + Math.max(0, Math.round((area.width - width) / 2)),
    y: area.y + Math.max(0, Math.round((area.height - height) / 2)),
    width,
    height,
  }
}

function isReachable(bounds: Rectangle, area: Rectangle): boolean {
  const visibleWidth = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
  const titleVisible = bounds.y >= area.y - GRIP.height && bounds.y + GRIP.height <= area.y + area.height
  return visibleWidth >= GRIP.width && titleVisible
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
