import { z } from 'zod'
import { TaskType } from '../../../shared/domain/task-presets.ts'
import type { Operation, Reference } from '../reference/operation.ts'

export const Health = z
  .strictObject({
    status: z.enum(['healthy', 'model_not_loaded']).describe('The latter where no model could answer'),
    model: z.string().nullable().optional().describe('The one that answers who names none; for those who may enter'),
    capabilities: z.array(TaskType).optional().describe('Tasks of `POST /reasoning`'),
  })
  .meta({ id: 'Health' })

export const Readiness = z
  .strictObject({ status: z.enum(['ready', 'not_ready']), reason: z.string().optional() })
  .meta({ id: 'Readiness' })

const health = (description: string): Operation => ({
  summary: 'Tell that the server lives',
  description,
  answers: {
    200: {
      description: 'It does',
      json: {
        schema: Health,
        example: { status: 'healthy', model: 'smollm2:135m', capabilities: TaskType.options },
      },
    },
  },
  errors: [],
})

const readiness = (description: string): Operation => ({
  summary: 'Tell whether a request would be answered',
  description,
  answers: {
    200: { description: 'It would', json: { schema: Readiness, example: { status: 'ready' } } },
    503: {
      description: 'It would not',
      json: {
        schema: Readiness,
        example: { status: 'not_ready', reason: 'No model on this computer can be used.' },
      },
    },
  },
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
  'GET /ready': readiness('For probes that hold requests back from a server that could not answer them.'),
  'GET /api/ready': readiness('As `/ready`, for those who are let in.'),
  'GET /metrics': metrics,
  'GET /api/metrics': metrics,
}
