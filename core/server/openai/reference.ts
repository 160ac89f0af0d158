import { z } from 'zod'
import { asSent, BODY_ERRORS, MODEL_ERRORS, type Reference } from '../reference/operation.ts'
import { notes } from '../reference/notes.ts'
import { ChatMessage } from './chat-messages.ts'
import { Body as ChatBody } from './chat-request.ts'
import { ChatCompletion, ChatCompletionChunk } from './chat-schemas.ts'
import { Body as EmbeddingsBody } from './embeddings.ts'
import { Body as RerankBody } from './rerank.ts'
import { responsesReference } from './responses/reference.ts'
import * as answers from './schemas.ts'
import { Body as CompletionsBody } from './text-completions.ts'
import { DetokenizeBody, TokenizeBody } from './tokens.ts'

/** Some clients write −1 for "as many as fit". */
const most = z.union([z.literal(-1), z.int().min(0)]).optional()

const Message = asSent(ChatMessage, {
  content: 'Text, or parts of it',
  reasoning: 'What the model thought, in a turn of its own',
  reasoning_content: 'The same, under its other name',
  tool_calls: 'What the model called, in a turn of its own',
  tool_call_id: 'The call that a tool answers',
}).meta({ id: 'ChatMessage' })

export const ChatRequest = asSent(
  ChatBody.extend({ messages: z.array(Message).min(1), max_tokens: most, max_completion_tokens: most }),
  { ...notes, messages: 'The conversation so far' },
).meta({ id: 'ChatRequest' })

export const CompletionRequest = asSent(CompletionsBody.extend({ max_tokens: most }), {
  ...notes,
  prompt: 'A text to go on with, or its tokens; or several of them',
  suffix: 'What follows: the model fills the gap',
  best_of: 'No other than `n`',
  max_tokens: 'Tokens of the answer at most, 16 if nothing is said; −1 as many as the context holds',
  echo: 'The answer begins with the prompt',
  logprobs: 'Tell the probabilities of the tokens, and of this many alternatives',
}).meta({ id: 'CompletionRequest' })

export const EmbeddingRequest = asSent(EmbeddingsBody, {
  ...notes,
  input: 'A text or its tokens, or up to 2048 of them',
  encoding_format: '`float` for numbers, `base64` for little-endian 32-bit floats',
}).meta({ id: 'EmbeddingRequest' })

const hello = { role: 'user', content: 'Capital of France?' }
const head = { id: 'chatcmpl-V1StGXR8', created: 1_760_000_000, model: 'smollm2:135m' }
export const usage = {
  prompt_tokens: 34,
  completion_tokens: 3,
  total_tokens: 37,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
}

export const chatExample = {
  request: { model: 'smollm2:135m', messages: [hello] },
  whole: {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Paris.', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
  },
  chunks: [{ role: 'assistant', content: '' }, { content: 'Paris.' }, {}].map((delta, at) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: at === 2 ? 'stop' : null }],
  })),
}

const textHead = { ...head, id: 'cmpl-V1StGXR8', object: 'text_completion' }
export const completionExample = {
  request: { model: 'smollm2:135m', prompt: 'Once upon a time', max_tokens: 3 },
  whole: {
    ...textHead,
    choices: [{ index: 0, text: ', there was', logprobs: null, finish_reason: 'length' }],
    usage,
  },
  chunks: [
    { ...textHead, choices: [{ index: 0, text: ', there was', logprobs: null, finish_reason: null }] },
    { ...textHead, choices: [{ index: 0, text: '', logprobs: null, finish_reason: 'length' }] },
  ],
}

export const embeddingExample = {
  request: { model: 'all-minilm', input: 'Cats sleep a lot.', encoding_format: 'float' },
  answer: {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.6, -0.8] }],
    model: 'all-minilm',
    usage: { prompt_tokens: 7, total_tokens: 7 },
  },
}

const entry = { id: 'smollm2:135m', object: 'model', created: 1_760_000_000, owned_by: 'hearth' }

export const openaiReference: Reference = {
  'GET /v1/models': {
    summary: 'List models',
    description: 'Those that can answer come first.',
    answers: {
      200: {
        description: 'The models of this computer',
        json: { schema: answers.ModelList, example: { object: 'list', data: [entry] } },
      },
    },
    errors: [],
  },
  'GET /v1/models/:id': {
    summary: 'Describe a model',
    parameters: { id: 'Name or alias of a model; it may have slashes' },
    answers: { 200: { description: 'The model', json: { schema: answers.ModelEntry, example: entry } } },
    errors: [404],
  },
  'POST /v1/chat/completions': {
    summary: 'Answer a conversation',
    description:
      'Unknown fields are ignored; what would change the answer but can’t be obeyed is refused with its name: images and audio, the older form of functions, searching the web.',
    request: { schema: ChatRequest, example: chatExample.request },
    answers: {
      200: {
        description: 'The answer',
        json: { schema: ChatCompletion, example: chatExample.whole },
        events: { schema: ChatCompletionChunk, named: false, end: '[DONE]', example: chatExample.chunks },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /v1/completions': {
    summary: 'Go on with a text',
    request: { schema: CompletionRequest, example: completionExample.request },
    answers: {
      200: {
        description: 'What follows',
        json: { schema: answers.TextCompletion, example: completionExample.whole },
        events: {
          schema: answers.TextCompletionChunk,
          named: false,
          end: '[DONE]',
          example: completionExample.chunks,
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /v1/embeddings': {
    summary: 'Turn texts into vectors',
    description: 'Vectors have length 1. `dimensions` is refused.',
    request: { schema: EmbeddingRequest, example: embeddingExample.request },
    answers: {
      200: {
        description: 'One vector for each text, in order',
        json: { schema: answers.EmbeddingList, example: embeddingExample.answer },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /v1/rerank': {
    summary: 'Sort documents by how well they answer a query',
    description: 'As Jina, Cohere and vLLM have it.',
    request: {
      schema: asSent(RerankBody, {
        ...notes,
        query: 'What is looked for',
        documents: 'Texts, or objects with one',
        top_n: 'Only this many of the best',
        return_documents: 'Repeat the texts in the answer',
      }).meta({ id: 'RerankRequest' }),
      example: { model: 'bge-reranker', query: 'Where is Paris?', documents: ['In France.', 'On Mars.'], top_n: 1 },
    },
    answers: {
      200: {
        description: 'The documents, best first',
        json: {
          schema: answers.Ranking,
          example: {
            model: 'bge-reranker',
            results: [{ index: 0, relevance_score: 0.98 }],
            usage: { prompt_tokens: 14, total_tokens: 14 },
          },
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /tokenize': {
    summary: 'Turn a text into the tokens of a model',
    description: 'As vLLM has it. Of a conversation, the tokens that the model would read.',
    request: {
      schema: asSent(TokenizeBody.extend({ messages: z.array(Message).min(1).optional() }), {
        ...notes,
        prompt: 'The text; or else `messages`',
        messages: 'A conversation',
        return_token_strs: 'Tell the text of each token too',
      }).meta({ id: 'TokenizeRequest' }),
      example: { model: 'smollm2:135m', prompt: 'Hello there' },
    },
    answers: {
      200: {
        description: 'The tokens',
        json: {
          schema: answers.Tokens,
          example: { count: 2, max_model_len: 8192, tokens: [19556, 665], token_strs: null },
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /detokenize': {
    summary: 'Turn tokens into text',
    request: {
      schema: asSent(DetokenizeBody, { ...notes, tokens: 'Ids of tokens' }).meta({ id: 'DetokenizeRequest' }),
      example: { model: 'smollm2:135m', tokens: [19556, 665] },
    },
    answers: {
      200: { description: 'The text', json: { schema: answers.Detokenized, example: { prompt: 'Hello there' } } },
    },
    errors: [...BODY_ERRORS, 404, 503, 504],
  },
  ...responsesReference,
}
