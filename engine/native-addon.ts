import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, sep } from 'node:path'
import type { Llama } from 'node-llama-cpp'
import type { GpuSplit } from '../shared/process/engine.ts'
import { checkNativeAddon } from './native-addon-check.ts'

/** What our build of the addon adds to the library's bindings. */
interface NativeBindings {
  setModelSplit(split: { mainGpu: number | null; tensorSplit: readonly number[]; cpuExpertLayers: number }): void
}

const addonName = 'llama-addon.node'

/**
 * Call before `getLlama`: makes node-llama-cpp load our build of its addon from that path, if it fits the installed
 * library exactly. Else the library's own is loaded, and the reason goes to stderr.
 *
 * @returns whether ours will be tried; `isNative` tells what was loaded in the end
 */
export function preferNativeAddon(path: string | null): boolean {
  if (path === null) return false
  const file = outsideArchive(path)
  const check = checkNativeAddon(file)
  if (!check.fits) {
    say(`${check.reason}; the library's own addon is used`)
    return false
  }
  replaceAddon(file, realpathSync(check.libraries))
  return true
}

/** Whether this library runs with our build of the addon. */
export function isNative(llama: Llama): boolean {
  return bindingsOf(llama) !== null
}

/**
 * How the models that are loaded from now on are distributed. Only with our build.
 */
export function setModelSplit(llama: Llama, split: GpuSplit): void {
  bindingsOf(llama)?.setModelSplit(split)
}

function bindingsOf(llama: Llama): NativeBindings | null {
  const { _bindings } = llama as unknown as { _bindings: Partial<NativeBindings> } // internal, its version is pinned
  return typeof _bindings.setModelSplit === 'function' ? (_bindings as NativeBindings) : null // checked before
}

/** The library requires its addon by path, so that the one call which opens that file is given ours instead. */
function replaceAddon(file: string, libraries: string): void {
  const original = process.dlopen
  process.dlopen = (module, filename, ...rest) => {
    const opened = filename.replace(/^\\\\\?\\/, '')
    if (basename(opened) !== addonName || !existsSync(opened) || realpathSync(dirname(opened)) !== libraries)
      return Reflect.apply(original, process, [module, filename, ...rest])
    try {
      return Reflect.apply(original, process, [module, file, ...rest])
    } catch (error) {
      say(`${file} could not be loaded (${error instanceof Error ? error.message : String(error)})`)
      return Reflect.apply(original, process, [module, filename, ...rest])
    }
  }
}

/** Libraries can't be loaded out of Electron's archive; their files lie beside it. */
function outsideArchive(path: string): string {
  return path.replace(`.asar${sep}`, `.asar.unpacked${sep}`)
}

function say(sentence: string): void {
  process.stderr.write(`hearth addon: ${sentence}\n`)
}
