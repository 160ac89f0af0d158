import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a client asks for, of one API or another. */
interface Asked {
  path: string
  /** Absent: a GET. */
  body?: object
  /** What a whole answer contains, or a stream at its end. */
  end: RegExp
}

export type Outcome = 'answered' | 'hung up' | 'queue full'

/** What should not have been, in words. */
interface Wrong {
  wrong: string
}

/** What clients lived through. */
export interface Tally {
  outcomes: Record<Outcome, number>
  /** Answers by path. */
  paths: Map<string, number>
  longestMs: number
  /** What none of it should have been, in words. */
  wrong: string[]
}

const CHAT = 'smollm2:135m'
const VECTORS = 'all-minilm'
/** No request may take longer: it would hang. */
const HANG_MS = 240_000
const MOST_TOKENS = 24

const chance = (share: number) => Math.random() < share
const upTo = (most: number) => 1 + Math.floor(Math.random() * most)
const words = () => Array.from({ length: upTo(12) }, () => Math.random().toString(36).slice(2, 7)).join(' ')

/** One request of each kind that all APIs have, streamed and whole. */
const KINDS: readonly (() => Asked)[] = [
  () => openAi('/v1/chat/completions', { messages: messages() }),
  () => openAi('/v1/completions', { prompt: words() }),
  () => openAi('/api/v0/chat/completions', { messages: messages() }),
  () => ollama('/api/chat', { messages: messages() }),
  () => ollama('/api/generate', { prompt: words() }),
  () => {
    const stream = chance(0.6)
    const end = stream ? /event: message_stop\n/ : /"stop_reason":"/
    return {
      path: '/v1/messages',
      body: { model: CHAT, stream, messages: messages(), max_tokens: upTo(MOST_TOKENS) },
      end,
    }
  },
  () => {
    const stream = chance(0.6)
    const end = stream ? /event: response\.(completed|incomplete)\n/ : /"status":"(completed|incomplete)"/
    const body = { model: CHAT, stream, input: words(), store: false, max_output_tokens: upTo(MOST_TOKENS) }
    return { path: '/v1/responses', body, end }
  },
  () => {
    const stream = chance(0.6)
    const body = { model: CHAT, stream, input: words(), store: false, max_output_tokens: upTo(MOST_TOKENS) }
    return { path: '/api/v1/chat', body, end: stream ? /event: chat\.end\n/ : /"stats":/ }
  },
  () => ({ path: '/reasoning', body: { prompt: words(), max_length: upTo(MOST_TOKENS) }, end: /"generated_text":/ }),
  () => ({ path: '/v1/embeddings', body: { model: VECTORS, input: [words(), words()] }, end: /"embedding":/ }),
  () => ({ path: '/api/embed', body: { model: VECTORS, input: words() }, end: /"embeddings":/ }),
  () => ({ path: '/v1/messages/count_tokens', body: { model: CHAT, messages: messages() }, end: /"input_tokens":\d/ }),
  () => ({ path: '/tokenize', body: { model: CHAT, prompt: words() }, end: /"tokens":\[/ }),
  () => ({ path: '/api/show', body: { model: CHAT }, end: /"capabilities":\[/ }),
  ...['/v1/models', '/api/tags', '/api/ps', '/api/v0/models', '/api/v1/models', '/api/version', '/ready'].map(
    (path) => () => ({ path, end: /^\{[^]*\}$/ }),
  ),
]

function messages(): object[] {
  return [{ role: 'user', content: words() }]
}

function openAi(path: string, prompt: object): Asked {
  const stream = chance(0.6)
  const body = { model: CHAT, stream, max_tokens: upTo(MOST_TOKENS), ...prompt }
  return { path, body, end: stream ? /data: \[DONE\]\n\n$/ : /"finish_reason":"/ }
}

function ollama(path: string, prompt: object): Asked {
  const body = { model: CHAT, stream: chance(0.6), options: { num_predict: upTo(MOST_TOKENS) }, ...prompt }
  return { path, body, end: /"done":true/ }
}

/**
 * So many clients at once, who come within the first seconds; each asks one thing after another until the time is over,
 * and every third hangs up at a random moment of each request. Resolves when the last one was answered.
 */
export async function askAll(url: string, clients: number, seconds: number): Promise<Tally> {
  const tally: Tally = {
    outcomes: { answered: 0, 'hung up': 0, 'queue full': 0 },
    paths: new Map(),
    longestMs: 0,
    wrong: [],
  }
  const until = performance.now() + seconds * 1000
  async function client(index: number): Promise<void> {
    const agent = new Agent({ keepAlive: index % 2 === 0, maxSockets: 1 })
    while (performance.now() < until) {
      const asked = (KINDS[Math.floor(Math.random() * KINDS.length)] ?? KINDS[0])?.()
      if (asked === undefined) return
      const hangUpMs = index % 3 === 0 ? Math.random() * 3000 : null
      const begun = performance.now()
      const outcome = await ask(url, agent, asked, hangUpMs)
      tally.longestMs = Math.max(tally.longestMs, performance.now() - begun)
      if (typeof outcome === 'string') tally.outcomes[outcome]++
      else tally.wrong.push(`${asked.path}: ${outcome.wrong}`)
      if (outcome === 'answered') tally.paths.set(asked.path, (tally.paths.get(asked.path) ?? 0) + 1)
      // As a client that was told to come back later, and one that reads what it got.
      await sleep(outcome === 'queue full' ? 500 + Math.random() * 1000 : Math.random() * 200)
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)))
  return tally
}

function ask(url: string, agent: Agent, { path, body, end }: Asked, hangUpMs: number | null): Promise<Outcome | Wrong> {
  return new Promise((resolve) => {
    let gone = false
    const timers: NodeJS.Timeout[] = []
    const ended = (outcome: Outcome | Wrong) => {
      for (const timer of timers) clearTimeout(timer)
      resolve(gone ? 'hung up' : outcome)
    }
    const call = request(`${url}${path}`, { agent, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', (error) => ended({ wrong: String(error) }))
      response.on('end', () => {
        const { statusCode, headers } = response
        if (statusCode === 503 && headers['retry-after'] !== undefined) ended('queue full')
        else if (statusCode === 200 && end.test(text)) ended('answered')
        else ended({ wrong: `${statusCode} ${text.slice(-300)}` })
      })
    })
    call.on('error', (error) => ended({ wrong: String(error) }))
    call.end(body === undefined ? undefined : JSON.stringify(body))
    timers.push(setTimeout(() => ended({ wrong: `no end after ${HANG_MS} ms` }), HANG_MS))
    if (hangUpMs === null) return
    const hangUp = () => {
      gone = true
      call.destroy()
      ended('hung up')
    }
    timers.push(setTimeout(hangUp, hangUpMs))
  })
}
