import { cruise } from 'dependency-cruiser'
import { createRequire } from 'node:module'

const FOLDERS = ['shared', 'core', 'engine', 'cli', 'electron', 'renderer']
const { forbidden, options } = createRequire(import.meta.url)('./import-rules.cjs')

const { output } = await cruise(
  FOLDERS,
  { ...options, ruleSet: { forbidden }, validate: true, outputType: 'json' },
  options.enhancedResolveOptions,
)
const { modules, summary } = JSON.parse(String(output))

for (const { rule, from, to, cycle } of summary.violations) {
  const path = cycle?.length ? cycle.map((step) => step.name).join(' → ') : to
  console.log(`${rule.name}: ${from} → ${path}`)
}
for (const name of new Set(summary.violations.map(({ rule }) => rule.name))) {
  const comment = forbidden.find((rule) => rule.name === name)?.comment
  if (comment) console.log(`  ${name}: ${comment}`)
}

// With an unsuitable compiler the cruiser reads nothing and calls that a success.
const unread = FOLDERS.filter((folder) => !modules.some(({ source }) => source.startsWith(`${folder}/`)))
const edges = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0)
if (unread.length > 0) console.log(`No module was read in ${unread.join(', ')}.`)
if (edges === 0) console.log('Not one import was seen.')

if (summary.violations.length > 0 || unread.length > 0 || edges === 0) process.exitCode = 1
else console.log(`${summary.totalCruised} modules, ${edges} imports`)
