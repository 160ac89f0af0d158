#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { resolveHome } from '../core/paths.ts'
import { connectToHolder } from './client.ts'
import { EXIT } from './errors.ts'
import { pipedPrompt } from './piped-prompt.ts'
import { main } from './program.ts'

/** Something that still holds the process at its end is given this long. */
const LINGER_MS = 2000
/** One Ctrl-C can arrive twice: from the terminal, and from npm or a library that passes it on. */
const ECHO_MS = 500

/** The program's folder: this file is built to `dist/cli/`. */
const root = path.resolve(import.meta.dirname, '..', '..')
const home = resolveHome(process.env, process.platform, homedir())
const signals = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>()
let firstHeard: number | null = null

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const sinceFirst = firstHeard === null ? null : performance.now() - firstHeard
    // Who asks again, or asks a command that has nothing to finish, is not kept waiting.
    if (signals.size === 0 || (sinceFirst !== null && sinceFirst > ECHO_MS)) process.exit(EXIT.interrupted)
    if (sinceFirst !== null) return
    firstHeard = performance.now()
    for (const listener of signals) listener(signal)
  })
}
// The reader of our output went away, as `head` does; a server goes on without one.
const isServer = process.argv[2] === 'serve'
for (const output of [process.stdout, process.stderr]) output.on('error', () => isServer || process.exit(EXIT.done))

process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  home,
  cwd: process.cwd(),
  version: version(),
  pipedPrompt: (hasWords) => pipedPrompt(process.stdin, hasWords),
  connectToHolder: () => connectToHolder(home),
  async startCore(options) {
    // Loaded only where it is needed: a command that finds a running Hearth starts faster without.
    const { startNodeCore } = await import('../core/node.ts')
    return startNodeCore({ home, root, version: version(), env: process.env, ...options })
  },
  onStopSignal(listener) {
    signals.add(listener)
    return () => signals.delete(listener)
  },
})
setTimeout(() => process.exit(), LINGER_MS).unref()

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0.0.0'
}
