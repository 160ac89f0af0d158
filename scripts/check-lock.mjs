import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conclude, ROOT } from './lib/sources.mjs'

/** Platforms that Hearth ships for, and how packages of native binaries name them. */
const PLATFORMS = {
  'linux-x64': /linux-x64/,
  'linux-arm64': /linux-arm64/,
  'darwin-arm64': /(darwin|mac)-arm64/,
  'darwin-x64': /(darwin|mac)-x64/,
  'win32-x64': /win(32)?-x64/,
  'win32-arm64': /win(32)?-arm64/,
}
/** Packages whose minor versions do not mix, or that are patched or relied on beyond their documentation. */
const PINNED = [/^@orpc\//, /^electron$/, /^node-llama-cpp$/]

const json = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
const manifest = json('package.json')
const { packages = {} } = json('package-lock.json')
const problems = []

const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
for (const [name, version] of Object.entries(wanted)) {
  const locked = packages[`node_modules/${name}`]?.version
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    problems.push(`package.json: ${name} is "${version}", not an exact version.`)
  else if (locked !== version)
    problems.push(`package-lock.json: ${name} is ${locked ?? 'missing'}, package.json says ${version}.`)
}
for (const pattern of PINNED) {
  const versions = new Map()
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (pattern.test(name)) versions.set(version, [...(versions.get(version) ?? []), path])
  }
  if (versions.size === 0) problems.push(`package-lock.json: nothing matches ${pattern.source}.`)
  if (versions.size > 1)
    problems.push(`package-lock.json: ${pattern.source} has versions ${[...versions.keys()].join(', ')}.`)
}

for (const [path, { resolved }] of Object.entries(packages)) {
  if (resolved?.startsWith('http') && !resolved.startsWith('https://registry.npmjs.org/')) {
    problems.push(`package-lock.json: ${path} comes from ${new URL(resolved).host}.`)
  }
}

/** Optional binaries that the lock file of another machine may have dropped, by platform. */
const missing = new Map(Object.keys(PLATFORMS).map((platform) => [platform, []]))
let binaries = 0
for (const { optionalDependencies = {} } of Object.values(packages)) {
  for (const name of Object.keys(optionalDependencies)) {
    const platform = Object.keys(PLATFORMS).find((key) => PLATFORMS[key].test(name) && !name.includes('musl'))
    if (!platform) continue
    binaries += 1
    if (!(`node_modules/${name}` in packages)) missing.get(platform).push(name)
  }
}
if (binaries === 0) problems.push('package-lock.json: no native binary was found.')

conclude(problems, `${Object.keys(packages).length} packages, ${binaries} native binaries`)
for (const [platform, names] of missing) {
  if (names.length > 0) console.log(`note: the lock file lacks for ${platform}: ${[...new Set(names)].join(', ')}`)
}
