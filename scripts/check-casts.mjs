import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { conclude, parse, place, projectFiles, ROOT } from './lib/sources.mjs'

/** A cast switches the compiler off, so the line, or the one above, says why that is right. */
const files = projectFiles().filter(
  (path) =>
    /^(shared|core|engine|cli|electron|renderer)\/.*\.tsx?$/.test(path) && !/\.(test|testing)\.tsx?$/.test(path),
)
const problems = []
let casts = 0
for (const path of files) {
  const source = parse(path, readFileSync(join(ROOT, path), 'utf8'))
  const lines = source.text.split('\n')
  const visit = (node) => {
    if (ts.isAsExpression(node) && node.type.getText() !== 'const') {
      casts += 1
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line
      const last = source.getLineAndCharacterOfPosition(node.getEnd()).line
      const near = lines.slice(Math.max(0, first - 1), last + 1)
      if (!near.some((line) => /(^|\s)(\/\/|\/\*|\*)\s*\S|\*\//.test(line))) {
        problems.push(`${place(source, node)}: a cast to ${node.type.getText()} without a reason on the line.`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
}
if (files.length === 0) problems.push('No source file was found.')
conclude(problems, `${files.length} files, ${casts} casts`)
