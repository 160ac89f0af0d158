import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PlainError, root } from '../scripts/lib/project.mjs'
import { CASES } from './measure-engine.mjs'

/** @typedef {(typeof PARTS)[number]} Part */

/**
 * @typedef {object} BenchOptions
 * @property {ReadonlySet<Part>} parts what is measured
 * @property {number} rounds interleaved rounds of every speed
 * @property {number} starts how often each start is timed
 * @property {number} tokens tokens of an answer whose speed is measured
 * @property {number} requests alternated requests of each API, where the cost of HTTP is measured
 * @property {number} gigabytes size of the file that is downloaded
 * @property {boolean} window whether the app itself is measured too
 * @property {string | undefined} llamaBench path of llama-bench
 * @property {string | undefined} llamaServer path of llama-server; undefined: the one that is built here
 * @property {number | null} llamaThreads threads of llama-server; null: as many as are fastest here
 * @property {ReadonlySet<string>} cases what is measured of the engine
 * @property {{ name: string, url: string, model: string | null }[]} peers OpenAI endpoints, as `http://host:port/v1`;
 *   without a model their first one answers
 * @property {string} model absolute path of the GGUF that llama-bench gets, the same that Hearth answers with
 * @property {string} modelName
 */

export const PARTS = /** @type {const} */ ([
  'starts',
  'speed',
  'engine',
  'server',
  'downloads',
  'predictions',
  'scrolling',
])

const USAGE = `Usage: npm run bench -- [PART …] [options]
  PART                 measure only this: ${PARTS.join(', ')} (--only PART does the same)
  --llama-bench PATH   compare with llama-bench, at its best thread count
  --llama-server PATH  compare the engine with this llama-server, not with one that is built here
  --llama-threads N    run it with so many threads, without trying which are fastest
  --case NAMES         measure only this of the engine: ${CASES.join(', ')} (with commas, or more than once)
  --peer NAME=URL      compare with an OpenAI endpoint, as http://127.0.0.1:9001/v1 (more than once if you like);
                       behind a # it may name its model, as ollama=http://127.0.0.1:11434/v1#smollm2-q4_1
  --rounds N           interleaved rounds (7)
  --starts N           how often each start is timed (3)
  --tokens N           tokens of a measured answer (128)
  --requests N         requests of each API, where the cost of HTTP is measured (200)
  --gigabytes N        size of the file that is downloaded (2)
  --no-window          leave the app out`

/**
 * @param {string[]} args
 * @returns {BenchOptions}
 */
export function readOptions(args) {
  const { values, positionals } = parse(args)
  if (values.help) throw new PlainError(USAGE)
  if (values['llama-bench'] !== undefined && !existsSync(values['llama-bench'])) {
    throw new PlainError(`There is no llama-bench at ${values['llama-bench']}.`)
  }
  if (values['llama-server'] !== undefined && !existsSync(values['llama-server'])) {
    throw new PlainError(`There is no llama-server at ${values['llama-server']}.`)
  }
  const chosen = [...positionals, ...values.only]
  return {
    parts: new Set(chosen.length === 0 ? PARTS : chosen.map(toPart)),
    rounds: whole('rounds', values.rounds),
    starts: whole('starts', values.starts),
    tokens: whole('tokens', values.tokens),
    requests: whole('requests', values.requests),
    gigabytes: whole('gigabytes', values.gigabytes),
    window: !values['no-window'],
    llamaBench: values['llama-bench'],
    llamaServer: values['llama-server'],
    llamaThreads: values['llama-threads'] === undefined ? null : whole('llama-threads', values['llama-threads']),
    cases: new Set(values.case.length === 0 ? CASES : values.case.flatMap((names) => names.split(',')).map(toCase)),
    peers: values.peer.map(toPeer),
    model: join(root, 'resources', 'models', 'SmolLM2-135M-Instruct-Q4_1.gguf'),
    modelName: 'smollm2:135m',
  }
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'llama-bench': { type: 'string' },
        'llama-server': { type: 'string' },
        'llama-threads': { type: 'string' },
        case: { type: 'string', multiple: true, default: [] },
        peer: { type: 'string', multiple: true, default: [] },
        only: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: '7' },
        starts: { type: 'string', default: '3' },
        tokens: { type: 'string', default: '128' },
        requests: { type: 'string', default: '200' },
        gigabytes: { type: 'string', default: '2' },
        'no-window': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  }
}

/** @param {string} name @param {string} text */
function whole(name, text) {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new PlainError(`--${name} is a number from 1 on.\n${USAGE}`)
  return number
}

/** @param {string} text */
function toPart(text) {
  const part = PARTS.find((name) => name === text)
  if (part === undefined) throw new PlainError(`There is no part ${text} to measure.\n${USAGE}`)
  return part
}

/** @param {string} text */
function toCase(text) {
  const name = CASES.find((one) => one === text.trim())
  if (name === undefined) throw new PlainError(`There is no case ${text} of the engine.\n${USAGE}`)
  return name
}

/** @param {string} text */
function toPeer(text) {
  const at = text.indexOf('=')
  const [address = '', model = null] = text.slice(at + 1).split('#')
  const url = address.replace(/\/$/, '')
  if (at < 1 || !URL.canParse(url)) throw new PlainError(`--peer ${text} is not NAME=URL.\n${USAGE}`)
  return { name: text.slice(0, at), url: url.endsWith('/v1') ? url : `${url}/v1`, model }
}
