/**
 * @typedef {object} Answer
 * @property {number} firstMs from the request to the first text
 * @property {number} decodeTps tokens after the first one a second, as they arrive here
 * @property {number} prefillTps tokens of the prompt by the time to the first text
 * @property {number} completionTokens
 */

/** @param {string} base `http://host:port/v1` */
export async function firstModel(base) {
  const response = await fetch(`${base}/models`)
  if (!response.ok) throw new Error(`${base}/models answered ${response.status}`)
  const { data } = await response.json()
  return data[0].id
}

/**
 * Asks an OpenAI endpoint as a program would, streamed, and times what arrives.
 * @param {string} base
 * @param {string} model
 * @param {string} prompt
 * @param {number} maxTokens
 * @returns {Promise<Answer>}
 */
export async function ask(base, model, prompt, maxTokens) {
  const started = performance.now()
  const response = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: prompt }],
      max_tokens: maxTokens,
      temperature: 0,
      seed: 1,
      stream: true,
      stream_options: { include_usage: true },
    }),
  })
  if (!response.ok || !response.body) throw new Error(`${base} answered ${response.status}: ${await response.text()}`)
  let first = 0
  let last = 0
  /** @type {{ prompt_tokens: number, completion_tokens: number } | null} */
  let usage = null
  for await (const data of serverSentEvents(response.body)) {
    if (data === '[DONE]') break
    const chunk = JSON.parse(data)
    if (chunk.error) throw new Error(`${base}: ${chunk.error.message}`)
    if (chunk.usage) usage = chunk.usage
    if (!chunk.choices[0]?.delta.content) continue
    last = performance.now()
    first ||= last
  }
  if (!usage || first === 0) throw new Error(`${base} sent ${usage ? 'no text' : 'no token counts'}.`)
  const firstMs = first - started
  return {
    firstMs,
    completionTokens: usage.completion_tokens,
    decodeTps: last > first ? ((usage.completion_tokens - 1) / (last - first)) * 1000 : Number.NaN,
    prefillTps: (usage.prompt_tokens / firstMs) * 1000,
  }
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
