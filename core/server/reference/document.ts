import { z } from 'zod'
import type { Route } from '../context.ts'
import { errorSchema, errorsOf, MEANINGS } from './errors.ts'
import { groups, operationOf } from './groups.ts'
import type { Answer } from './operation.ts'

/** A JSON schema, as far as the page looks into it. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  description?: string
  const?: unknown
  enum?: unknown[]
  default?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
}

interface Media {
  schema: JsonSchema
  examples: { example: { value: unknown } }
}

interface DocumentedResponse {
  description: string
  content?: Record<string, Media | { schema: JsonSchema }>
}

export interface DocumentedOperation {
  tags: string[]
  operationId: string
  summary: string
  description?: string
  parameters?: { name: string; in: 'path'; required: true; description: string; schema: JsonSchema }[]
  requestBody?: { required: true; content: { 'application/json': Media } }
  responses: Record<string, DocumentedResponse>
  security: Record<string, string[]>[]
  /** What a key must be good for; absent where none is asked for. */
  'x-key-scope'?: string
}

export interface OpenApiDocument {
  openapi: '3.1.1'
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, DocumentedOperation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> }
}

const DESCRIPTION =
  'Hearth answers programs that were written for OpenAI, Anthropic, Ollama and LM Studio. Programs on its own computer need no key; others send one as `Authorization: Bearer KEY` or `x-api-key: KEY`.'

/** Every route that is described, as an OpenAPI document whose schemas are those that the server and its tests use. */
export function createDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas = createSchemas()
  const paths: OpenApiDocument['paths'] = {}
  for (const { path, scope, methods } of routes) {
    const plain = path.replaceAll(/\{[^}]*\}/g, '')
    for (const method of Object.keys(methods)) {
      const described = operationOf(`${method} ${plain}`)
      if (described === undefined) continue
      const { operation, group } = described
      const url = plain.replaceAll(/:(\w+)/g, '{$1}')
      paths[url] = {
        ...paths[url],
        [method.toLowerCase()]: {
          tags: [group],
          operationId: `${method.toLowerCase()}${url.replaceAll(/[^\w]+/g, '_')}`,
          summary: operation.summary,
          ...(operation.description === undefined ? {} : { description: operation.description }),
          ...(operation.parameters === undefined
            ? {}
            : {
                parameters: Object.entries(operation.parameters).map(([name, description]) => ({
                  name,
                  in: 'path' as const,
                  required: true as const,
                  description,
                  schema: { type: 'string' },
                })),
              }),
          ...(operation.request === undefined
            ? {}
            : {
                requestBody: {
                  required: true as const,
                  content: {
                    'application/json': toMedia(schemas.of(operation.request.schema), operation.request.example),
                  },
                },
              }),
          responses: {
            ...Object.fromEntries(
              Object.entries(operation.answers).map(([status, answer]) => [status, toResponse(answer, schemas)]),
            ),
            ...Object.fromEntries(
              errorsOf(operation, scope).map((status) => [
                status,
                {
                  description: MEANINGS[status] ?? 'An error',
                  content: { 'application/json': { schema: schemas.of(errorSchema(plain)) } },
                },
              ]),
            ),
          },
          // Without a key at all from the server's own computer.
          security: scope === 'open' ? [] : [{}, { bearer: [] }, { apiKey: [] }],
          ...(scope === 'open' ? {} : { 'x-key-scope': scope }),
        },
      }
    }
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Hearth', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  }
}

function toMedia(schema: JsonSchema, value: unknown): Media {
  return { schema, examples: { example: { value } } }
}

function toResponse({ description, json, events, lines, text }: Answer, schemas: Schemas): DocumentedResponse {
  const content: DocumentedResponse['content'] = {
    ...(json === undefined
      ? {}
      : { [json.type ?? 'application/json']: toMedia(schemas.of(json.schema), json.example) }),
    ...(events === undefined
      ? {}
      : {
          'text/event-stream': toMedia(
            schemas.of(events.schema),
            events.example.map((one) => toEvent(one, events.named)).join('') +
              (events.end === undefined ? '' : `data: ${events.end}\n\n`),
          ),
        }),
    ...(lines === undefined
      ? {}
      : {
          'application/x-ndjson': toMedia(
            schemas.of(lines.schema),
            lines.example.map((one) => `${JSON.stringify(one)}\n`).join(''),
          ),
        }),
    ...(text === undefined ? {} : { [text.type]: toMedia({ type: 'string' }, text.example) }),
  }
  const piece = events !== undefined ? 'event' : lines !== undefined ? 'line' : null
  return {
    description: piece === null ? description : `${description}. Streamed, each ${piece} has the schema`,
    ...(Object.keys(content).length === 0 ? {} : { content }),
  }
}

function toEvent(data: object, named: boolean): string {
  const name = named && 'type' in data ? `event: ${String(data.type)}\n` : ''
  return `${name}data: ${JSON.stringify(data)}\n\n`
}

type Made = JsonSchema & { $defs?: Record<string, JsonSchema>; $schema?: string }

interface Schemas {
  /** A reference to what has a name, or the schema itself. */
  of(schema: z.ZodType): JsonSchema
  all(): Record<string, JsonSchema>
}

function createSchemas(): Schemas {
  const all = new Map<string, JsonSchema>()
  return {
    of(schema) {
      const made = moved(z.toJSONSchema(schema, { io: 'input' })) as Made // zod's type has more that is never used
      for (const [id, definition] of Object.entries(made.$defs ?? {})) all.set(id, definition)
      delete made.$defs
      delete made.$schema
      return made
    },
    all: () => Object.fromEntries([...all].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** A schema with its references to where an OpenAPI document has what is named. */
function moved(schema: object): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'))
}
