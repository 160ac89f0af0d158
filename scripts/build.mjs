import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isEntry, root, runMain } from './lib/project.mjs'
import { run } from './lib/run.mjs'
import { hashInputs, isFresh, writeStamp } from './lib/stamp.mjs'
import { nodeConfig, nodeEntries, outputFile } from './vite.node.config.mjs'

const dist = join(root, 'dist')
const common = ['shared', 'package-lock.json', 'scripts/build.mjs', 'scripts/vite.node.config.mjs']

/** The two halves of the build; each is made only when something that it is made of has changed. */
const parts = [
  {
    name: 'node side',
    inputs: [
      ...common,
      'core',
      'engine',
      'cli',
      'electron',
      'resources/catalogue.json',
      'resources/models/starter-models.json',
    ],
    outputs: nodeEntries.map((entry) => join(dist, outputFile(entry))),
    stamp: join(dist, '.built-node'),
    make: makeNodeSide,
  },
  {
    name: 'interface',
    inputs: [...common, 'renderer', 'resources/locales', 'resources/icons'],
    outputs: [join(dist, 'renderer', 'index.html')],
    stamp: join(dist, '.built-renderer'),
    make: makeInterface,
  },
]

async function makeNodeSide() {
  const { build } = await import('vite')
  for (const entry of nodeEntries) await build(nodeConfig(entry, dist))
}

async function makeInterface() {
  const { build } = await import('vite')
  await build({ configFile: join(root, 'renderer', 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'warn' })
}

/**
 * Builds what has changed since the last build, in this process.
 * @param {{ silent?: boolean }} [options] silent: nothing is printed unless it fails
 */
export async function build({ silent = false } = {}) {
  const stale = staleParts()
  if (stale.length === 0) return
  const names = stale.map((part) => part.name).join(' and ')
  const start = performance.now()
  if (!silent) console.log(`Building ${names} …`)
  process.env.NODE_ENV = 'production'
  for (const part of stale) {
    // An interrupted build must not look finished.
    rmSync(part.stamp, { force: true })
    await part.make()
    writeStamp(part.stamp, part.hash)
  }
  if (!silent) console.log(`Built ${names} in ${((performance.now() - start) / 1000).toFixed(1)} s.`)
}

/**
 * Builds what has changed in a process of its own, so that a long-running caller does not carry the bundler.
 * @param {{ silent?: boolean }} [options]
 */
export async function buildApart({ silent = false } = {}) {
  if (staleParts().length === 0) return
  const code = await run(process.execPath, [join(root, 'scripts', 'build.mjs'), ...(silent ? ['--silent'] : [])])
  if (code !== 0) process.exit(code)
}

function staleParts() {
  return parts
    .map((part) => ({ ...part, hash: hashInputs(part.inputs) }))
    .filter((part) => !isFresh(part.stamp, part.hash, part.outputs))
}

if (isEntry(import.meta.url)) await runMain(() => build({ silent: process.argv.includes('--silent') }))
