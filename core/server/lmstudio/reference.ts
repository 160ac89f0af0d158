import {
  ChatRequest,
  chatExample,
  completionExample,
  CompletionRequest,
  embeddingExample,
  EmbeddingRequest,
} from '../openai/reference.ts'
import { EmbeddingList } from '../openai/schemas.ts'
import { notes } from '../reference/notes.ts'
import { asSent, BODY_ERRORS, MODEL_ERRORS, type Reference } from '../reference/operation.ts'
import { Body as ChatBody } from './chat.ts'
import { Body as DownloadBody } from './download-jobs.ts'
import { LoadBody, UnloadBody } from './instances.ts'
import * as answers from './schemas.ts'

const key = 'smollm2:135m'
const model = {
  id: key,
  object: 'model',
  type: 'llm',
  publisher: 'local',
  arch: 'llama',
  compatibility_type: 'gguf',
  quantization: 'Q4_1',
  state: 'loaded',
  max_context_length: 8192,
  loaded_context_length: 4096,
  capabilities: ['tool_use'],
}
const figures = {
  stats: { tokens_per_second: 51.4, time_to_first_token: 0.11, generation_time: 0.06, stop_reason: 'eosFound' },
  model_info: { arch: 'llama', quant: 'Q4_1', format: 'gguf', context_length: 4096 },
  runtime: { name: 'hearth', version: '1.0.0', supported_formats: ['gguf'] },
}
const withFigures = (chunks: readonly object[]) =>
  chunks.map((chunk, at) => (at === chunks.length - 1 ? { ...chunk, ...figures } : chunk))

const config = { context_length: 4096, flash_attention: true }
const chat = {
  model_instance_id: key,
  output: [{ type: 'message', content: 'Paris.' }],
  stats: {
    input_tokens: 34,
    total_output_tokens: 3,
    reasoning_output_tokens: 0,
    tokens_per_second: 51.4,
    time_to_first_token_seconds: 0.11,
  },
  response_id: 'resp_V1StGXR8',
}
const job = {
  job_id: 'job_V1StGXR8',
  status: 'downloading',
  total_size_bytes: 1000,
  downloaded_bytes: 400,
  started_at: '2026-01-01T12:00:00.000Z',
}

export const lmStudioReference: Reference = {
  'GET /api/v0/models': {
    summary: 'List models',
    answers: {
      200: {
        description: 'The models of this computer',
        json: { schema: answers.StudioModelList, example: { object: 'list', data: [model] } },
      },
    },
    errors: [],
  },
  'GET /api/v0/models/:id': {
    summary: 'Describe a model',
    parameters: { id: 'Name or alias of a model; it may have slashes' },
    answers: { 200: { description: 'The model', json: { schema: answers.StudioModel, example: model } } },
    errors: [404],
  },
  'POST /api/v0/chat/completions': {
    summary: 'Answer a conversation',
    description: 'As `/v1/chat/completions`, with the figures of the answer.',
    request: { schema: ChatRequest, example: chatExample.request },
    answers: {
      200: {
        description: 'The answer',
        json: { schema: answers.StudioChatCompletion, example: { ...chatExample.whole, ...figures } },
        events: {
          schema: answers.StudioChatCompletionChunk,
          named: false,
          end: '[DONE]',
          example: withFigures(chatExample.chunks),
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /api/v0/completions': {
    summary: 'Go on with a text',
    description: 'As `/v1/completions`, with the figures of the answer.',
    request: { schema: CompletionRequest, example: completionExample.request },
    answers: {
      200: {
        description: 'What follows',
        json: { schema: answers.StudioTextCompletion, example: { ...completionExample.whole, ...figures } },
        events: {
          schema: answers.StudioTextCompletionChunk,
          named: false,
          end: '[DONE]',
          example: withFigures(completionExample.chunks),
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /api/v0/embeddings': {
    summary: 'Turn texts into vectors',
    description: 'As `/v1/embeddings`.',
    request: { schema: EmbeddingRequest, example: embeddingExample.request },
    answers: {
      200: {
        description: 'One vector for each text, in order',
        json: { schema: EmbeddingList, example: embeddingExample.answer },
      },
    },
    errors: MODEL_ERRORS,
  },
  'GET /api/v1/models': {
    summary: 'List models',
    answers: {
      200: {
        description: 'The models of this computer',
        json: {
          schema: answers.StudioModels,
          example: {
            models: [
              {
                type: 'llm',
                publisher: 'local',
                key,
                display_name: 'SmolLM2 135M Instruct',
                architecture: 'llama',
                quantization: { name: 'Q4_1', bits_per_weight: 5.8 },
                size_bytes: 98_000_000,
                params_string: '135M',
                loaded_instances: [{ id: key, config }],
                max_context_length: 8192,
                format: 'gguf',
                capabilities: { vision: false, trained_for_tool_use: false },
                description: null,
              },
            ],
          },
        },
      },
    },
    errors: [],
  },
  'POST /api/v1/models/load': {
    summary: 'Load a model',
    description: 'A model is in memory once, and its instance has its name. Unknown fields are refused.',
    request: {
      schema: asSent(LoadBody, {
        ...notes,
        context_length: 'Tokens that its context shall hold',
        eval_batch_size: 'Accepted and measured here instead',
        flash_attention: 'Accepted; set for the model in Hearth',
        num_experts: 'Refused',
        offload_kv_cache_to_gpu: 'Accepted; set for the model in Hearth',
        echo_load_config: 'Tell with what it was loaded',
      }).meta({ id: 'StudioLoadRequest' }),
      example: { model: key, context_length: 4096, echo_load_config: true },
    },
    answers: {
      200: {
        description: 'It is in memory',
        json: {
          schema: answers.LoadedInstance,
          example: { type: 'llm', instance_id: key, load_time_seconds: 0.4, status: 'loaded', load_config: config },
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /api/v1/models/unload': {
    summary: 'Unload a model',
    request: {
      schema: asSent(UnloadBody, { instance_id: 'What loading it returned' }).meta({ id: 'StudioUnloadRequest' }),
      example: { instance_id: key },
    },
    answers: {
      200: {
        description: 'Its memory is free',
        json: { schema: answers.UnloadedInstance, example: { instance_id: key } },
      },
    },
    errors: [...BODY_ERRORS, 404],
  },
  'POST /api/v1/models/download': {
    summary: 'Download a model',
    request: {
      schema: asSent(DownloadBody, {
        model: 'Name of a model on a hub, or its address there',
        quantization: 'Which of its quantizations',
      }).meta({ id: 'StudioDownloadRequest' }),
      example: { model: 'qwen3:0.6b' },
    },
    answers: { 200: { description: 'The job', json: { schema: answers.DownloadJob, example: job } } },
    errors: [...BODY_ERRORS, 403, 404, 502, 503],
  },
  'GET /api/v1/models/download/status/:id': {
    summary: 'Tell how far a download is',
    parameters: { id: 'The `job_id` of a download' },
    answers: { 200: { description: 'The job', json: { schema: answers.DownloadJob, example: job } } },
    errors: [404],
  },
  'POST /api/v1/chat': {
    summary: 'Say something, in a conversation that is kept here',
    description:
      'Conversations are kept in memory, and gone when the program ends. Integrations and images are refused.',
    request: {
      schema: asSent(ChatBody, {
        ...notes,
        input: 'What the person says, or texts of it',
        system_prompt: 'What the model should know first',
        max_output_tokens: 'Tokens of the answer at most',
        reasoning: 'How much the model may think first',
        context_length: 'Tokens that the context shall hold',
        store: 'false: keep nothing',
        previous_response_id: 'The answer that this goes on from',
      }).meta({ id: 'StudioChatRequest' }),
      example: { model: key, input: 'Capital of France?' },
    },
    answers: {
      200: {
        description: 'The answer',
        json: { schema: answers.StudioChat, example: chat },
        events: {
          schema: answers.StudioChatEvent,
          named: true,
          example: [
            { type: 'chat.start', model_instance_id: key },
            { type: 'prompt_processing.start' },
            { type: 'prompt_processing.progress', progress: 1 },
            { type: 'prompt_processing.end' },
            { type: 'message.start' },
            { type: 'message.delta', content: 'Paris.' },
            { type: 'message.end' },
            { type: 'chat.end', result: chat },
          ],
        },
      },
    },
    errors: MODEL_ERRORS,
  },
}
