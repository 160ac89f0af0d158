import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** What this code expects of the addon; grows with `interface` in native/source.json. */
const supportedInterface = 2

/** Written beside the addon by scripts/build-native.mjs. */
const manifestSchema = z.object({
  interface: z.number(),
  nodeLlamaCpp: z.string(),
  /** SHA-256 of the addon itself. */
  addon: z.string(),
  /** From the addon's folder to the prebuilt libraries that it is linked with. */
  librariesFolder: z.string(),
  /** SHA-256 of each of them, and of the addon that it stands for. */
  libraries: z.record(z.string(), z.string()),
})

export type NativeAddonCheck = { fits: true; libraries: string } | { fits: false; reason: string }

/**
 * Whether a build of the addon belongs to the installed library: same version, same binaries, itself undamaged. A few
 * functions of llama.cpp have C++ types in their signatures, so that anything else could crash.
 */
export function checkNativeAddon(addon: string): NativeAddonCheck {
  const refuse = (reason: string) => ({ fits: false, reason }) as const
  if (!existsSync(addon)) return refuse(`${addon} is not there`)
  const manifest = readManifest(join(dirname(addon), 'llama-addon.json'))
  if (manifest === null) return refuse(`${addon} has no manifest`)
  if (manifest.interface !== supportedInterface)
    return refuse(`${addon} is of another version of Hearth: build it again with npm run build:native`)
  const libraries = join(dirname(addon), manifest.librariesFolder)
  const installed = versionOf(join(libraries, '..', '..', '..', '..', 'node-llama-cpp'))
  if (installed !== manifest.nodeLlamaCpp)
    return refuse(`${addon} is for node-llama-cpp ${manifest.nodeLlamaCpp}, installed is ${installed ?? 'none'}`)
  if (hashOf(addon) !== manifest.addon) return refuse(`${addon} is damaged`)
  const present = new Set(existsSync(libraries) ? readdirSync(libraries) : [])
  for (const [name, hash] of Object.entries(manifest.libraries)) {
    if (!present.has(name)) return refuse(`${name}, which it is linked with, is not in ${libraries}`)
    if (hashOf(join(libraries, name)) !== hash) return refuse(`${name} is not the library that it was built with`)
  }
  return { fits: true, libraries }
}

function readManifest(path: string): z.infer<typeof manifestSchema> | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

function versionOf(folder: string): string | null {
  try {
    return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
      .version
  } catch {
    return null
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
