/**
 * @typedef {object} Endpoint
 * @property {string} base `http://host:port/v1`
 * @property {string} model
 * @property {object} endless fields of a request with which an answer goes on after its end, where a server has that
 */

/**
 * @typedef {object} Streamed
 * @property {number} startedAt as performance.now(), like all moments here
 * @property {number[]} arrivals when each piece of text came
 * @property {string} text
 * @property {number} promptTokens counted by the server
 * @property {number} cachedTokens of the prompt, where the server says so
 * @property {number} completionTokens counted by the server: one piece may hold several tokens
 */

/** @typedef {{ role: 'user' | 'assistant', content: string }} Message */

/**
 * Streams one answer of an OpenAI endpoint and notes when its pieces arrive. A signal that ends it hangs up, and what
 * has come by then is returned, without counts.
 * @param {Endpoint} endpoint
 * @param {string | Message[]} prompt
 * @param {number} maxTokens
 * @param {{ signal?: AbortSignal, onPiece?: (pieces: number) => void }} [options]
 * @returns {Promise<Streamed>}
 */
export async function stream({ base, model, endless }, prompt, maxTokens, { signal, onPiece } = {}) {
  const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
  const streamed = { startedAt: performance.now(), arrivals: [], text: '', promptTokens: 0, cachedTokens: 0 }
  const result = /** @type {Streamed} */ ({ ...streamed, completionTokens: 0 })
  try {
    const response = await fetch(`${base}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
      body: JSON.stringify({
        model,
        messages,
        max_tokens: maxTokens,
        temperature: 0,
        seed: 1,
        stream: true,
        stream_options: { include_usage: true },
        ...endless,
      }),
      ...(signal ? { signal } : {}),
    })
    if (!response.ok || !response.body) throw new Error(`${base} answered ${response.status}: ${await response.text()}`)
    for await (const data of serverSentEvents(response.body)) {
      if (data === '[DONE]') break
      const chunk = JSON.parse(data)
      if (chunk.error) throw new Error(`${base}: ${chunk.error.message}`)
      if (chunk.usage) {
        result.promptTokens = chunk.usage.prompt_tokens
        result.completionTokens = chunk.usage.completion_tokens
        result.cachedTokens = chunk.usage.prompt_tokens_details?.cached_tokens ?? 0
      }
      const text = chunk.choices[0]?.delta.content
      if (!text) continue
      result.arrivals.push(performance.now())
      result.text += text
      onPiece?.(result.arrivals.length)
    }
  } catch (error) {
    if (signal?.aborted) return result
    throw error
  }
  if (result.completionTokens === 0) throw new Error(`${base} sent no token counts.`)
  if (result.arrivals.length === 0) throw new Error(`${base} sent no text.`)
  return result
}

/** From the request to its first text, ms. @param {Streamed} streamed */
export const firstMs = ({ startedAt, arrivals }) => (arrivals[0] ?? Number.NaN) - startedAt

/** Tokens after the first piece, a second. @param {Streamed} streamed */
export function decodeTps({ arrivals, completionTokens }) {
  const [first = Number.NaN] = arrivals
  const last = arrivals.at(-1) ?? Number.NaN
  return last > first ? ((completionTokens - 1) / (last - first)) * 1000 : Number.NaN
}

/** Between one piece and the next, ms. @param {readonly number[]} arrivals */
export function gaps(arrivals) {
  return arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at))
}

/** @param {ReadableStream<Uint8Array>} body */
async function* serverSentEvents(body) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) yield line.slice(6).trim()
  }
}
