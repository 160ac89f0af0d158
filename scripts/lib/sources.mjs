import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The repository's root, absolute. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const NOT_OURS = new Set(['node_modules', 'dist', 'release', 'coverage', 'test-results', '.git'])

/** Paths of the project's own files below a folder, relative to the root, with `/`, sorted. */
function walk(folder) {
  const found = []
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...walk(path))
    else found.push(path.split(sep).join('/'))
  }
  return found.sort()
}

/** What git knows or would add; where there is no git (an unpacked archive), what lies there. */
export function projectFiles() {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const files = listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
    if (files.length > 0) return [...new Set(files)].sort()
  } catch {
    // No git here.
  }
  return walk('.')
}

/** Parses one TypeScript file; `path` is relative to the root. */
export function parse(path, text) {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind)
}

/** `path:line` of a node, for a person to click. */
export function place(source, node) {
  return `${relative(ROOT, join(ROOT, source.fileName))}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}

/** Prints the problems, or the summary when there is none, and sets the exit code. */
export function conclude(problems, summary) {
  for (const problem of problems) console.log(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(summary)
}
