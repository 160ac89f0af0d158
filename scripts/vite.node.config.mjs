import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { root } from './lib/project.mjs'

/** What is loaded from node_modules at run time: Electron itself, and packages with binaries. */
const external = [
  'electron',
  'bufferutil',
  'utf-8-validate',
  /^node-llama-cpp($|\/)/,
  /^@photostructure\/sqlite($|\/)/,
  ...builtinModules,
  /^node:/,
]

/** Every program of the Node side: its source and its output without extension, both from the root. */
export const nodeEntries = /** @type {const} */ ([
  { source: 'electron/main/main.ts', output: 'electron/main', format: 'es' },
  // A sandboxed preload can't be an ES module.
  { source: 'electron/preload/preload.ts', output: 'electron/preload', format: 'cjs' },
  { source: 'core/main.ts', output: 'core/main', format: 'es' },
  { source: 'core/downloads/hash-worker.ts', output: 'core/hash-worker', format: 'es' },
  { source: 'engine/main.ts', output: 'engine/main', format: 'es' },
  { source: 'engine/templates/template-worker.ts', output: 'engine/template-worker', format: 'es' },
  { source: 'engine/probe.ts', output: 'engine/probe', format: 'es' },
  { source: 'cli/hearth.ts', output: 'cli/hearth', format: 'es' },
])

/** @param {(typeof nodeEntries)[number]} entry */
export function outputFile(entry) {
  return `${entry.output}.${entry.format === 'cjs' ? 'cjs' : 'js'}`
}

/**
 * How one program of the Node side is built: into one file, so that paths beside it stay where they are.
 * @param {(typeof nodeEntries)[number]} entry
 * @param {string} outDir
 * @returns {import('vite').InlineConfig}
 */
export function nodeConfig(entry, outDir) {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node20.18',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: { [entry.output]: join(root, entry.source) },
        external,
        output: { format: entry.format, entryFileNames: outputFile(entry), codeSplitting: false },
      },
    },
  }
}
