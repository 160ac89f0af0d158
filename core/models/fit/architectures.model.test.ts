import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { isSupportedArchitecture } from './architectures.ts'

const root = join(import.meta.dirname, '../../..')
const library = join(root, 'node_modules/node-llama-cpp/dist/index.js')

/** Asks the packaged llama.cpp, in a process of its own because native code belongs into the engine. */
function askLibrary(names: readonly string[]): Record<string, boolean> {
  const script = `
    const { getLlama } = await import(${JSON.stringify(pathToFileURL(library).href)})
    const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false })
    const names = ${JSON.stringify(names)}
    console.log(JSON.stringify(Object.fromEntries(names.map((n) => [n, llama._bindings.getIsArchSupported(n)]))))
    process.exit(0)`
  // From a file: the library starts itself once more with the flags that it was started with.
  const file = join(tempFolder(), 'ask.mjs')
  writeFileSync(file, script)
  const output = execFileSync(process.execPath, [file], { encoding: 'utf8' })
  return JSON.parse(output) as Record<string, boolean> // the script above prints exactly this
}

describe('the list of architectures', () => {
  const types = readFileSync(join(root, 'node_modules/node-llama-cpp/dist/gguf/types/GgufMetadataTypes.js'), 'utf8')
  const packaged = [...types.matchAll(/GgufArchitectureType\["\w+"\] = "([^"]+)"/g)].map((match) => match[1] ?? '')
  /** Packaged, but no model that writes text or makes vectors by itself. */
  const others = ['clip', '(unknown)', 'wavtokenizer-dec', 'qwen3tts', 'eagle3', 'dflash', 'gemma4-assistant']

  it('names all that the installed package knows and that write text', () => {
    expect(packaged.length).toBeGreaterThan(100)
    expect(packaged.filter((name) => !isSupportedArchitecture(name)).toSorted()).toEqual(others.toSorted())
  })

  it('names none that the packaged llama.cpp would refuse', () => {
    const source = readFileSync(join(import.meta.dirname, 'architectures.ts'), 'utf8')
    const listed = [...source.matchAll(/^ {2}'([^']+)',$/gm)].map((match) => match[1] ?? '')
    const answers = askLibrary([...listed, 'no-such-network'])
    expect(Object.entries(answers).filter(([, known]) => !known)).toEqual([['no-such-network', false]])
    expect(listed).toContain('llama')
  })
})
