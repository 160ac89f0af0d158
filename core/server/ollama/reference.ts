import { z } from 'zod'
import { notes } from '../reference/notes.ts'
import { type Answer, asSent, BODY_ERRORS, MODEL_ERRORS, type Reference } from '../reference/operation.ts'
import { Body as ChatBody, Message } from './chat.ts'
import { EmbedBody, EmbeddingsBody } from './embed.ts'
import { Body as GenerateBody } from './generate.ts'
import { CreateBody } from './create.ts'
import { CopyBody, Named } from './manage.ts'
import { ShowBody } from './models.ts'
import * as answers from './schemas.ts'

const model = 'smollm2:135m'
const created_at = '2026-01-01T12:00:00.000Z'
const ended = {
  done: true,
  done_reason: 'stop',
  total_duration: 310_000_000,
  prompt_eval_count: 34,
  prompt_eval_duration: 120_000_000,
  eval_count: 3,
  eval_duration: 60_000_000,
}
const said = (content: string) => ({ message: { role: 'assistant', content } })
const details = {
  parent_model: '',
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameter_size: '134.52M',
  quantization_level: 'Q4_1',
  context_length: 8192,
}
const listing = {
  name: model,
  model,
  modified_at: created_at,
  size: 98_000_000,
  digest: 'b0'.repeat(32),
  details,
  capabilities: ['completion', 'tools'],
}

const named = { ...notes, model: 'Name of the model', name: 'Its older name' }
const controls = {
  ...notes,
  stream: 'false: the whole answer in one piece',
  format: '`json`, or a JSON schema for the answer',
  think: 'Whether, or how much, the model thinks first',
  options: 'Sampling and limits, under the names of a Modelfile; unknown ones are ignored',
  truncate: 'false: a conversation that is too long is an error',
  shift: 'false: the same',
}

const nothing = (description: string): Answer => ({ description })

const steps = (...words: string[]) => words.map((status) => ({ status }))

/** Answers of what takes its time. */
const progress = (example: readonly object[]): Answer => ({
  description: 'How far it is; with `stream` false only the last of them',
  json: { schema: answers.OllamaStatus, example: example.at(-1) },
  lines: { schema: z.union([answers.OllamaStatus, answers.OllamaError]), example },
})

export const ollamaReference: Reference = {
  'POST /api/chat': {
    summary: 'Answer a conversation',
    description:
      'Without messages, the model is only loaded; with a `keep_alive` of 0 it is unloaded. Images are refused.',
    request: {
      schema: asSent(
        ChatBody.extend({
          messages: z
            .array(
              asSent(Message, {
                thinking: 'What the model thought, in a turn of its own',
                tool_calls: 'What the model called, in a turn of its own',
                tool_name: 'The tool that answers here',
                tool_call_id: 'The call that a tool answers',
              }),
            )
            .default([]),
        }),
        { ...controls, messages: 'The conversation so far' },
      ).meta({ id: 'OllamaChatRequest' }),
      example: { model, messages: [{ role: 'user', content: 'Capital of France?' }] },
    },
    answers: {
      200: {
        description: 'The answer',
        json: { schema: answers.OllamaChat, example: { model, created_at, ...said('Paris.'), ...ended } },
        lines: {
          schema: z.union([answers.OllamaChatLine, answers.OllamaError]),
          example: [
            { model, created_at, ...said('Paris.'), done: false },
            { model, created_at, ...said(''), ...ended },
          ],
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /api/generate': {
    summary: 'Answer a prompt',
    description:
      'Without a prompt, the model is only loaded; with a `keep_alive` of 0 it is unloaded. Images are refused.',
    request: {
      schema: asSent(GenerateBody, {
        ...controls,
        prompt: 'What the person says',
        suffix: 'What follows: the model fills the gap',
        system: 'What the model should know first',
        template: 'How this one prompt is written, in the template language of Go',
        context: 'What the last answer returned, to go on from there',
        raw: 'true: the prompt is read as it stands, without a chat template',
      }).meta({ id: 'OllamaGenerateRequest' }),
      example: { model, prompt: 'Capital of France?' },
    },
    answers: {
      200: {
        description: 'The answer',
        json: { schema: answers.OllamaGenerate, example: { model, created_at, response: 'Paris.', ...ended } },
        lines: {
          schema: z.union([answers.OllamaGenerateLine, answers.OllamaError]),
          example: [
            { model, created_at, response: 'Paris.', done: false },
            { model, created_at, response: '', ...ended, context: [72, 114, 116, 104, 1] },
          ],
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /api/embed': {
    summary: 'Turn texts into vectors',
    request: {
      schema: asSent(EmbedBody, {
        ...notes,
        input: 'A text, or up to 2048 of them',
        truncate: 'false: a text that is too long is an error',
        dimensions: 'Only this many numbers of each vector, of length 1 again',
        options: 'Options of a Modelfile; none changes a vector',
      }).meta({ id: 'OllamaEmbedRequest' }),
      example: { model: 'all-minilm', input: ['Cats sleep a lot.'] },
    },
    answers: {
      200: {
        description: 'One vector of length 1 for each text',
        json: {
          schema: answers.OllamaEmbed,
          example: { model: 'all-minilm', embeddings: [[0.6, -0.8]], total_duration: 9_000_000, prompt_eval_count: 7 },
        },
      },
    },
    errors: MODEL_ERRORS,
  },
  'POST /api/embeddings': {
    summary: 'Turn one text into a vector',
    description: 'The older form of `/api/embed`.',
    request: {
      schema: asSent(EmbeddingsBody, {
        ...notes,
        prompt: 'The text',
        options: 'Options of a Modelfile; none changes a vector',
      }).meta({ id: 'OllamaEmbeddingsRequest' }),
      example: { model: 'all-minilm', prompt: 'Cats sleep a lot.' },
    },
    answers: {
      200: {
        description: 'The vector',
        json: { schema: answers.OllamaEmbeddings, example: { embedding: [0.6, -0.8] } },
      },
    },
    errors: MODEL_ERRORS,
  },
  'GET /api/tags': {
    summary: 'List models',
    answers: {
      200: {
        description: 'The models of this computer',
        json: { schema: answers.OllamaTags, example: { models: [listing] } },
      },
    },
    errors: [],
  },
  'GET /api/ps': {
    summary: 'List the models in memory',
    answers: {
      200: {
        description: 'The longest to stay first',
        json: {
          schema: answers.OllamaPs,
          example: { models: [{ ...listing, expires_at: created_at, size_vram: 0, context_length: 8192 }] },
        },
      },
    },
    errors: [],
  },
  'POST /api/show': {
    summary: 'Describe a model',
    request: {
      schema: asSent(ShowBody, { ...named, verbose: 'Accepted; the answer is always whole' }).meta({
        id: 'OllamaShowRequest',
      }),
      example: { model },
    },
    answers: {
      200: {
        description: 'What is known of it',
        json: {
          schema: answers.OllamaShow,
          example: {
            license: 'Apache-2.0',
            modelfile: `FROM ${model}\n`,
            parameters: 'temperature                    0.2',
            template: '{{ .Prompt }}',
            details,
            messages: [],
            model_info: { 'general.architecture': 'llama' },
            capabilities: ['completion', 'tools'],
            modified_at: created_at,
          },
        },
      },
    },
    errors: [...BODY_ERRORS, 404],
  },
  'POST /api/copy': {
    summary: 'Copy a model',
    description: 'A second entry for the same weights, which takes no room.',
    request: {
      schema: asSent(CopyBody, { source: 'Name of the model', destination: 'Name of the copy' }).meta({
        id: 'OllamaCopyRequest',
      }),
      example: { source: model, destination: 'mine' },
    },
    answers: { 200: nothing('It is there') },
    errors: [...BODY_ERRORS, 404, 409],
  },
  'DELETE /api/delete': {
    summary: 'Remove a model',
    request: { schema: asSent(Named, named).meta({ id: 'OllamaNamed' }), example: { model } },
    answers: { 200: nothing('It is gone') },
    errors: [...BODY_ERRORS, 404, 409],
  },
  'POST /api/create': {
    summary: 'Make a model from another one, or of files that were sent',
    description: 'Files are sent to `/api/blobs` first. `quantize` is refused.',
    request: {
      schema: asSent(CreateBody, {
        ...named,
        from: 'The model that it is made from',
        files: 'File names to digests of files that were sent',
        adapters: 'The same for LoRA adapters',
        template: 'How conversations are written for it',
        license: 'Texts of licences',
        system: 'What it should know first',
        parameters: 'Parameters as a Modelfile has them',
        messages: 'A conversation that goes before each one',
        requires: 'The version of Ollama that it needs',
        renderer: 'Kept for other programs, not used here',
        parser: 'Kept for other programs, not used here',
        modelfile: 'The text of a Modelfile, as older clients send it',
      }).meta({ id: 'OllamaCreateRequest' }),
      example: { model: 'mine', from: model, system: 'Be brief.' },
    },
    answers: { 200: progress(steps('using existing layers of smollm2:135m', 'writing manifest', 'success')) },
    errors: [...BODY_ERRORS, 404, 409],
  },
  'GET /api/blobs/:digest': {
    summary: 'Whether a file was sent',
    parameters: { digest: '`sha256:` and 64 hexadecimal digits' },
    answers: { 200: nothing('It was') },
    errors: [400, 404],
  },
  'POST /api/blobs/:digest': {
    summary: 'Send a file of a model',
    description: 'The bytes as they are, of any size.',
    parameters: { digest: '`sha256:` and 64 hexadecimal digits' },
    answers: { 200: nothing('It was here'), 201: nothing('It is here') },
    errors: [400, 408, 415, 507],
  },
  'POST /api/pull': {
    summary: 'Download a model',
    description: 'Who asks for a model that is on its way waits for the same transfer.',
    request: { schema: asSent(Named, named).meta({ id: 'OllamaPullRequest' }), example: { model: 'qwen3:0.6b' } },
    answers: {
      200: progress([
        { status: 'pulling manifest' },
        { status: 'pulling b0b0b0b0b0b0', digest: `sha256:${'b0'.repeat(32)}`, total: 1000, completed: 400 },
        ...steps('verifying sha256 digest', 'writing manifest', 'success'),
      ]),
    },
    errors: [...BODY_ERRORS, 403, 404, 409, 502, 503],
  },
  'POST /api/push': {
    summary: 'Not possible: models are not sent to registries',
    description: 'Always refused.',
    answers: {},
    errors: [400],
  },
  'GET /api/version': {
    summary: 'Tell the version',
    answers: {
      200: {
        description: 'The version of Hearth',
        json: { schema: answers.OllamaVersion, example: { version: '1.0.0' } },
      },
    },
    errors: [],
  },
}
