import { z } from 'zod'
import type { Reference } from './operation.ts'

const OpenApi = z.looseObject({ openapi: z.literal('3.1.1'), paths: z.looseObject({}) }).meta({ id: 'OpenApi' })

/** The reference's own entries in itself. */
export const ownReference: Reference = {
  'GET /openapi.json': {
    summary: 'This reference for programs',
    answers: {
      200: {
        description: 'An OpenAPI 3.1 document',
        json: { schema: OpenApi, example: { openapi: '3.1.1', paths: {} } },
      },
    },
    errors: [],
  },
  'GET /docs': {
    summary: 'This reference for people',
    answers: { 200: { description: 'A page', text: { type: 'text/html', example: '<!doctype html>' } } },
    errors: [],
  },
}
