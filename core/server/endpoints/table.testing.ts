import { ANTHROPIC } from './anthropic.testing.ts'
import type { Endpoint } from './endpoint.testing.ts'
import { LM_STUDIO } from './lmstudio.testing.ts'
import { OLLAMA } from './ollama.testing.ts'
import { OPENAI } from './openai.testing.ts'

/** Every endpoint that takes a body; `routes.test.ts` fails where one is missing. */
export const ENDPOINTS: readonly Endpoint[] = [...OPENAI, ...ANTHROPIC, ...LM_STUDIO, ...OLLAMA]

/** For `describe.each`. */
export const EACH = ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const)

/** Routes that take no body that matters, and why. */
export const WITHOUT_BODY = new Map([
  ['DELETE /v1/responses/:id', 'names what it deletes in its path'],
  ['POST /api/push', 'is refused whatever it says'],
  ['POST /api/blobs/:digest', 'takes bytes of any kind'],
])
