import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { conclude, projectFiles, ROOT } from './lib/sources.mjs'

const require = createRequire(import.meta.url)
const built = spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-b', '--pretty', 'false'], {
  cwd: ROOT,
  encoding: 'utf8',
})
const problems = `${built.stdout}${built.stderr}`.trim().split('\n').filter(Boolean)
if (built.status !== 0 && problems.length === 0) problems.push(`tsc ended with ${built.status ?? built.signal}`)

/** Every file that some project of the root's references names as its own. */
function filesOfProjects() {
  const covered = new Set()
  const { references } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'))
  for (const { path } of references) {
    const config = existsSync(join(ROOT, path, 'tsconfig.json')) ? join(ROOT, path, 'tsconfig.json') : join(ROOT, path)
    const { fileNames } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(config, ts.sys.readFile).config,
      ts.sys,
      dirname(config),
    )
    for (const file of fileNames) covered.add(relative(ROOT, resolve(file)).split(sep).join('/'))
  }
  return covered
}

// A file that no project includes would never be checked, and nobody would know.
const covered = filesOfProjects()
const sources = projectFiles().filter((path) => /\.(ts|tsx|mts|cts)$/.test(path))
for (const path of sources) if (!covered.has(path)) problems.push(`${path}: no tsconfig.json includes this file.`)
if (sources.length === 0) problems.push('No TypeScript file was found.')

conclude(problems, `${sources.length} files`)
