import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PlainError, root } from '../scripts/lib/project.mjs'

/** @typedef {(typeof PARTS)[number]} Part */

/**
 * @typedef {object} BenchOptions
 * @property {ReadonlySet<Part>} parts what is measured
 * @property {number} rounds interleaved rounds of every speed
 * @property {number} starts how often each start is timed
 * @property {number} tokens tokens of an answer whose speed is measured
 * @property {number} gigabytes size of the file that is downloaded
 * @property {boolean} window whether the app itself is measured too
 * @property {string | undefined} llamaBench path of llama-bench
 * @property {{ name: string, url: string }[]} peers OpenAI endpoints, as `http://host:port/v1`
 * @property {string} model absolute path of the GGUF that llama-bench gets, the same that Hearth answers with
 * @property {string} modelName
 */

export const PARTS = /** @type {const} */ (['starts', 'speed', 'downloads', 'predictions', 'scrolling'])

const USAGE = `Usage: npm run bench -- [options]
  --only PART          measure one part: ${PARTS.join(', ')} (more than once if you like)
  --llama-bench PATH   compare with llama-bench, at its best thread count
  --peer NAME=URL      compare with an OpenAI endpoint, as http://127.0.0.1:9001/v1 (more than once if you like)
  --rounds N           interleaved rounds (7)
  --starts N           how often each start is timed (3)
  --tokens N           tokens of a measured answer (128)
  --gigabytes N        size of the file that is downloaded (2)
  --no-window          leave the app out`

/**
 * @param {string[]} args
 * @returns {BenchOptions}
 */
export function readOptions(args) {
  const { values } = parse(args)
  if (values.help) throw new PlainError(USAGE)
  if (values['llama-bench'] !== undefined && !existsSync(values['llama-bench'])) {
    throw new PlainError(`There is no llama-bench at ${values['llama-bench']}.`)
  }
  return {
    parts: new Set(values.only.length === 0 ? PARTS : values.only.map(toPart)),
    rounds: whole('rounds', values.rounds),
    starts: whole('starts', values.starts),
    tokens: whole('tokens', values.tokens),
    gigabytes: whole('gigabytes', values.gigabytes),
    window: !values['no-window'],
    llamaBench: values['llama-bench'],
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
      options: {
        'llama-bench': { type: 'string' },
        peer: { type: 'string', multiple: true, default: [] },
        only: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: '7' },
        starts: { type: 'string', default: '3' },
        tokens: { type: 'string', default: '128' },
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
function toPeer(text) {
  const at = text.indexOf('=')
  const url = text.slice(at + 1).replace(/\/$/, '')
  if (at < 1 || !URL.canParse(url)) throw new PlainError(`--peer ${text} is not NAME=URL.\n${USAGE}`)
  return { name: text.slice(0, at), url: url.endsWith('/v1') ? url : `${url}/v1` }
}
