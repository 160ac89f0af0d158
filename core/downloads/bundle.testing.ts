import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'

/** Builds the program that is killed, and the thread that hashes for it, as the product is built. */
export async function bundleRunner(folder: string): Promise<{ folder: string; runner: string; worker: string }> {
  for (const name of ['runner.testing', 'hash-worker']) {
    await build({
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: true,
        outDir: folder,
        emptyOutDir: false,
        target: 'node20.18',
        minify: false,
        rolldownOptions: {
          input: { [name]: join(import.meta.dirname, `${name}.ts`) },
          external: [/^@photostructure\/sqlite($|\/)/, ...builtinModules, /^node:/],
          output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
        },
      },
    })
  }
  return { folder, runner: join(folder, 'runner.testing.js'), worker: join(folder, 'hash-worker.js') }
}
