import { randomUUID } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { AppError } from '../../../shared/domain/errors.ts'
import type { ServerExchange } from '../../../shared/domain/server.ts'
import { PRIORITY_HEADER } from '../answering/priority.ts'
import type { ServerApp } from '../context.ts'
import type { ServerDeps, ServerService } from '../deps.ts'
import type { Exchanges, KeptExchange, KeptPrompt } from './exchanges.ts'
import type { KeptBytes } from './kept-bytes.ts'
import type { RequestLog } from './requests.ts'

/** Headers that have a say in the answer; where a request came from, and with which key, is not repeated. */
const REPEATED = new Set(['accept', 'content-type', 'content-encoding', PRIORITY_HEADER])

interface Parts {
  deps: Pick<ServerDeps, 'text' | 'loadedModels' | 'log'>
  requests: Pick<RequestLog, 'list'>
  exchanges: Exchanges
  app: Pick<ServerApp, 'fetch'>
}

/** Looks at requests that are kept. */
export function createInspector({
  deps,
  requests,
  exchanges,
  app,
}: Parts): Pick<ServerService, 'inspect' | 'runAgain'> {
  /** No model is loaded to look at a prompt. */
  async function render(prompt: KeptPrompt): Promise<ServerExchange['prompts']> {
    const { model, input } = prompt.request
    const isHere = deps.loadedModels().some((loaded) => loaded.model === model && loaded.state === 'ready')
    if (isHere) prompt.rendered ??= deps.text.render(prompt.request)
    const rendered = await prompt.rendered?.catch(() => null)
    if (rendered != null) return [{ model, text: rendered.text, tokens: rendered.tokens }]
    prompt.rendered = null
    return input.kind === 'prompt' ? [{ model, text: input.prompt, tokens: prompt.tokens ?? 0 }] : []
  }

  function repeat(id: string, { method, target, headers, requestBody }: KeptExchange): void {
    const body = requestBody.bytes()
    const request = new Request(`http://localhost${target}`, {
      method,
      headers: headers.filter(([name]) => REPEATED.has(name)),
      ...(body.byteLength === 0 ? {} : { body: body.slice() }),
    })
    // The guard looks at the address alone.
    const incoming = { socket: { remoteAddress: '127.0.0.1' } } as unknown as HttpBindings['incoming']
    const drain = async () => {
      const response = await app.fetch(request, { incoming, requestId: id })
      for await (const part of response.body ?? []) exchanges.get(id)?.responsePart(part)
    }
    drain().catch((error: unknown) => deps.log.warn({ err: error }, 'a repeated request broke off'))
  }

  return {
    async inspect(id) {
      const kept = exchanges.get(id)?.kept
      if (kept == null) return null
      const prompts = (await Promise.all(kept.prompts.map(render))).flat()
      const listed = requests.list().find((request) => request.id === id)
      // It may have been forgotten meanwhile.
      if (listed === undefined || exchanges.get(id) === undefined) return null
      const { requestBody, responseBody, timings } = kept
      return {
        requestHeaders: kept.headers,
        requestBody: requestBody.bytes().byteLength === 0 ? null : textOf(requestBody),
        responseBody: textOf(responseBody),
        cut: requestBody.cut || responseBody.cut || kept.cut,
        prompts,
        timings: {
          queueMs: timings?.queueMs ?? null,
          loadMs: timings?.loadMs ?? null,
          firstTokenMs: timings?.ttftMs ?? listed.firstTokenMs,
          prefillTps: timings?.prefillTps ?? null,
          decodeTps: timings?.decodeTps ?? null,
          durationMs: listed.durationMs,
        },
      }
    },
    runAgain(id) {
      const kept = exchanges.get(id)?.kept
      if (kept == null) throw forgotten()
      if (kept.scope !== 'inference') throw notAsking(kept)
      if (kept.requestBody.cut) throw tooLong()
      const next = randomUUID()
      repeat(next, kept)
      return next
    },
  }
}

/** As far as it came: half a character at its end is left out. */
function textOf(kept: KeptBytes): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(kept.bytes(), { stream: true })
}

function forgotten(): AppError {
  return new AppError({
    code: 'not_found',
    message: 'What this request said is no longer in memory.',
    suggestion: 'Send it again from the program that it came from.',
  })
}

function notAsking({ method, target }: KeptExchange): AppError {
  return new AppError({
    code: 'invalid_input',
    message: 'Only requests that ask a model are run again from here, not those that change or look after something.',
    suggestion: 'Send it again from the program that it came from.',
    data: { method, path: target.slice(0, 200) },
  })
}

function tooLong(): AppError {
  return new AppError({
    code: 'invalid_input',
    message: 'This request was too long to be kept whole, so it can’t be run again.',
    suggestion: 'Send it again from the program that it came from.',
  })
}
