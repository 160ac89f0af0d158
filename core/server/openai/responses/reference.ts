import { notes } from '../../reference/notes.ts'
import { asSent, MODEL_ERRORS, type Reference } from '../../reference/operation.ts'
import { Body } from './request.ts'
import { DeletedResponse, Response, ResponseEvent } from './schemas.ts'

const id = 'resp_V1StGXR8'
const item = { id: 'msg_Z5jdHi6B', type: 'message', role: 'assistant' }
const part = { type: 'output_text', text: 'Paris.', annotations: [], logprobs: [] }
const place = { item_id: item.id, output_index: 0, content_index: 0 }
const done = { ...item, status: 'completed', content: [part] }

const response = {
  id,
  object: 'response',
  created_at: 1_760_000_000,
  status: 'completed',
  background: false,
  error: null,
  incomplete_details: null,
  model: 'smollm2:135m',
  output: [done],
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
  usage: {
    input_tokens: 34,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 3,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 37,
  },
}
const begun = { ...response, status: 'in_progress', output: [], usage: null }

const events = [
  { type: 'response.created', response: begun },
  { type: 'response.in_progress', response: begun },
  { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
  { type: 'response.output_text.delta', ...place, delta: 'Paris.', logprobs: [] },
  { type: 'response.output_text.done', ...place, text: 'Paris.', logprobs: [] },
  { type: 'response.content_part.done', ...place, part },
  { type: 'response.output_item.done', output_index: 0, item: done },
  { type: 'response.completed', response },
].map((event, sequence_number) => ({ ...event, sequence_number }))

const parameters = { id: 'The id of a response' }
const kept = 'Responses are kept in memory, and gone when the program ends.'

export const responsesReference: Reference = {
  'POST /v1/responses': {
    summary: 'Answer, and go on from answers',
    description: `${kept} Answers in the background, stored conversations and prompts, and built-in tools are refused by name.`,
    request: {
      schema: asSent(Body, {
        ...notes,
        input: 'What the person says, or items of a conversation',
        instructions: 'What the model should know first; for this request alone',
        previous_response_id: 'The response that this one goes on from',
        store: 'false: keep nothing',
        max_output_tokens: 'Tokens of the answer at most',
        include: 'Only `message.output_text.logprobs` is understood',
        text: 'The form of the answer, in `format`',
        reasoning: 'How much the model may think first, in `effort`',
        truncation: '`auto` drops the oldest messages of a conversation that is too long',
        metadata: 'What the response repeats',
      }).meta({ id: 'ResponseRequest' }),
      example: { model: 'smollm2:135m', input: 'Capital of France?' },
    },
    answers: {
      200: {
        description: 'The response',
        json: { schema: Response, example: response },
        events: { schema: ResponseEvent, named: true, example: events },
      },
    },
    errors: MODEL_ERRORS,
  },
  'GET /v1/responses/:id': {
    summary: 'Get a response that was kept',
    description: kept,
    parameters,
    answers: { 200: { description: 'The response', json: { schema: Response, example: response } } },
    errors: [404],
  },
  'DELETE /v1/responses/:id': {
    summary: 'Forget a response',
    parameters,
    answers: {
      200: {
        description: 'It is gone',
        json: { schema: DeletedResponse, example: { id, object: 'response', deleted: true } },
      },
    },
    errors: [404],
  },
}
