import { anthropicReference } from '../anthropic/reference.ts'
import { lmStudioReference } from '../lmstudio/reference.ts'
import { ollamaReference } from '../ollama/reference.ts'
import { openaiReference } from '../openai/reference.ts'
import { opsReference } from '../ops/reference.ts'
import { shelfReference } from '../shelf/reference.ts'
import { tasksReference } from '../tasks/reference.ts'
import type { Operation, Reference } from './operation.ts'
import { ownReference } from './own.ts'

/** Everything that the server answers to programs, by API. */
export const groups: readonly { name: string; description: string; reference: Reference }[] = [
  {
    name: 'OpenAI',
    description: 'For clients of OpenAI: point them to `/v1`. Explicit nulls are absent, unknown fields ignored.',
    reference: openaiReference,
  },
  { name: 'Anthropic', description: 'For clients of Anthropic.', reference: anthropicReference },
  {
    name: 'Ollama',
    description: 'For clients of Ollama. Answers are streamed unless `stream` is false.',
    reference: ollamaReference,
  },
  { name: 'LM Studio', description: 'For clients of LM Studio, both of its APIs.', reference: lmStudioReference },
  { name: 'Tasks', description: 'A small API for single prompts.', reference: tasksReference },
  {
    name: 'Shelf',
    description: 'The read side of a registry, for `ollama pull`; closed by default.',
    reference: shelfReference,
  },
  { name: 'Operation', description: 'For whatever watches the server.', reference: opsReference },
  { name: 'Reference', description: 'What you are reading.', reference: ownReference },
]

/** The operation under `METHOD /path/:parameter`. */
export function operationOf(key: string): { operation: Operation; group: string } | undefined {
  for (const { name, reference } of groups) {
    const operation = reference[key]
    if (operation !== undefined) return { operation, group: name }
  }
  return undefined
}
