import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './lib/sources.mjs'

/** The file behind a package's command: the same on every platform, without a shell. */
function command(name) {
  const folder = join(ROOT, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[name])
}

const script = (name) => join(ROOT, 'scripts', `check-${name}.mjs`)
/** oxfmt and oxlint say how many files they read; none is no success. */
const counted = (output) => {
  const files = Number(/on (\d+) files?/.exec(output)?.[1] ?? 0)
  return files > 0 ? `${files} files` : undefined
}
const lastLine = (output) => output.trim().split('\n').at(-1)
const firstLine = (output) => output.trim().split('\n')[0]

/** Longest first, so that the processors are busy to the end. `read` makes the summary; without one a step fails. */
const STEPS = [
  { name: 'types', args: [script('types')], read: lastLine },
  { name: 'lint', args: [command('oxlint'), '--type-aware'], read: counted },
  { name: 'imports', args: [script('imports')], read: lastLine },
  {
    name: 'dead code',
    args: [command('knip'), '--no-progress', '--treat-config-hints-as-errors'],
    read: () => 'files, exports and dependencies',
  },
  { name: 'format', args: [command('oxfmt'), '--check'], read: counted },
  { name: 'texts', args: [script('i18n')], read: lastLine },
  { name: 'casts', args: [script('casts')], read: lastLine },
  { name: 'lock file', args: [script('lock')], read: firstLine, notes: /^note: .*$/gm },
]

/** Runs one step; resolves with its result and never rejects. */
function run(step) {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, step.args, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } })
    let output = ''
    const collect = (chunk) => (output += chunk)
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', (error) => (output += error.message))
    child.on('close', (code) => {
      const summary = code === 0 ? step.read(output) : undefined
      resolve({ step, output, summary, seconds: (performance.now() - started) / 1000 })
    })
  })
}

function report({ step, output, summary, seconds }) {
  const time = `${seconds.toFixed(1)} s`.padStart(7)
  console.log(`${summary ? 'ok  ' : 'FAIL'} ${step.name.padEnd(10)} ${time}  ${summary ?? ''}`.trimEnd())
  if (summary === undefined) console.log(`${output.trim() || 'It read nothing.'}\n`.replace(/^/gm, '     ').trimEnd())
  else for (const note of step.notes ? (output.match(step.notes) ?? []) : []) console.log(`     ${note}`)
}

const started = performance.now()
const waiting = [...STEPS]
const failed = []
async function work() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const result = await run(step)
    report(result)
    if (result.summary === undefined) failed.push(result.step.name)
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work))

const seconds = ((performance.now() - started) / 1000).toFixed(1)
if (failed.length > 0) {
  console.log(`\n${failed.length} of ${STEPS.length} checks failed in ${seconds} s: ${failed.join(', ')}`)
  process.exitCode = 1
} else console.log(`\n${STEPS.length} checks passed in ${seconds} s`)
