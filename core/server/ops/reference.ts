import { z } from 'zod'
import type { Operation, Reference } from '../reference/operation.ts'

export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })

const health = (description: string): Operation => ({
  summary: 'Tell that the server lives',
  description,
  answers: { 200: { description: 'It does', json: { schema: Health, example: { status: 'ok' } } } },
  errors: [],
})

const metrics: Operation = {
  summary: 'Figures for Prometheus',
  answers: {
    200: {
      description: 'In the text format of Prometheus',
      text: {
        type: 'text/plain',
        example: 'hearth_requests_total{route="/v1/messages",method="POST",status="200"} 1\n',
      },
    },
  },
  errors: [],
}

export const opsReference: Reference = {
  'GET /health': health('Answers under whatever name the server is called, for probes.'),
  'GET /api/health': health('As `/health`, for those who are let in.'),
  'GET /metrics': metrics,
  'GET /api/metrics': metrics,
}
