import { toErrorInfo } from '../../../shared/domain/errors.ts'
import type { GenerationEvent } from '../../../shared/domain/generation.ts'
import { keyIdOf } from '../../keys/key-owner.ts'
import type { ServerDeps } from '../deps.ts'

type Metered = Pick<ServerDeps, 'generate' | 'embed' | 'rerank' | 'keys'>

/** The same services, but each token that is read or written for a key is counted, and none is when it has none left. */
export function metered<Deps extends Metered>(deps: Deps): Deps {
  const { keys } = deps
  async function charged<T extends { tokens: number }>(ownerId: string, work: () => Promise<T>): Promise<T> {
    const id = keyIdOf(ownerId)
    if (id === null) return work()
    keys.assertMaySpend(id)
    const done = await work()
    keys.spend(id, done.tokens)
    return done
  }
  return {
    ...deps,
    generate(request, signal) {
      const id = keyIdOf(request.actor.ownerId)
      return id === null
        ? deps.generate(request, signal)
        : counted(keys, id, signal, () => deps.generate(request, signal))
    },
    embed: (request, signal) => charged(request.actor.ownerId, () => deps.embed(request, signal)),
    rerank: (request, signal) => charged(request.actor.ownerId, () => deps.rerank(request, signal)),
  }
}

async function* counted(
  keys: ServerDeps['keys'],
  id: string,
  signal: AbortSignal,
  begin: () => AsyncIterable<GenerationEvent>,
): AsyncGenerator<GenerationEvent, void, void> {
  try {
    keys.assertMaySpend(id)
  } catch (error) {
    yield { type: 'error', choice: 0, error: toErrorInfo(error) }
    return
  }
  const count = createCount()
  let charged = 0
  const charge = () => {
    const total = count.total()
    keys.spend(id, total - charged)
    charged = total
  }
  // What was computed was computed, also when nobody reads on.
  signal.addEventListener('abort', charge)
  try {
    for await (const event of begin()) {
      count.add(event)
      yield event
    }
  } finally {
    signal.removeEventListener('abort', charge)
    charge()
  }
}

/** Tokens of one generation; its choices share one prompt. */
function createCount() {
  let prompt = 0
  const written = new Map<number, number>()
  return {
    add(event: GenerationEvent): void {
      if (event.type === 'prefill') prompt = Math.max(prompt, event.done)
      else if (event.type === 'text' || event.type === 'reasoning') {
        written.set(event.choice, (written.get(event.choice) ?? 0) + event.tokens)
      } else if (event.type === 'finish') {
        prompt = Math.max(prompt, event.usage.prompt)
        written.set(event.choice, event.usage.completion)
      }
    },
    total: () => [...written.values()].reduce((sum, tokens) => sum + tokens, prompt),
  }
}
