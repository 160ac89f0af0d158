import { notes } from '../reference/notes.ts'
import { asSent, MODEL_ERRORS, type Reference } from '../reference/operation.ts'
import { Body, CountBody } from './request.ts'
import { Message, MessageEvent, TokenCount } from './schemas.ts'

const texts = {
  ...notes,
  messages: 'The conversation so far',
  system: 'What the model should know first',
  tools: 'Tools that the model may call',
  thinking: 'Whether, and for how many tokens, it thinks aloud; not at all if nothing is said',
}

const messages = [{ role: 'user', content: 'Capital of France?' }]
const head = { id: 'msg_V1StGXR8', type: 'message', role: 'assistant', model: 'smollm2:135m', stop_sequence: null }
const usage = { input_tokens: 34, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 }
const counts = { ...usage, output_tokens: 3 }

export const anthropicReference: Reference = {
  'POST /v1/messages': {
    summary: 'Answer a conversation',
    description:
      '`metadata`, `service_tier` and `cache_control` are ignored; images, documents and server tools refused.',
    request: {
      schema: asSent(Body, {
        ...texts,
        max_tokens: 'Tokens of the answer at most',
        stop_sequences: 'Texts before which the answer ends',
      }).meta({ id: 'MessageRequest' }),
      example: { model: 'smollm2:135m', max_tokens: 100, messages },
    },
    answers: {
      200: {
        description: 'The message',
        json: {
          schema: Message,
          example: { ...head, content: [{ type: 'text', text: 'Paris.' }], stop_reason: 'end_turn', usage: counts },
        },
        events: {
          schema: MessageEvent,
          named: true,
          example: [
            { type: 'message_start', message: { ...head, content: [], stop_reason: null, usage } },
            { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
            { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Paris.' } },
            { type: 'content_block_stop', index: 0 },
            { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: counts },
            { type: 'message_stop' },
          ],
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /v1/messages/count_tokens': {
    summary: 'Count the tokens of a conversation',
    request: {
      schema: asSent(CountBody, texts).meta({ id: 'TokenCountRequest' }),
      example: { model: 'smollm2:135m', messages },
    },
    answers: {
      200: { description: 'How many they are', json: { schema: TokenCount, example: { input_tokens: 34 } } },
    },
    errors: MODEL_ERRORS,
  },
}
