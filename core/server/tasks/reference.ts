import { z } from 'zod'
import { TaskType } from '../../../shared/domain/task-presets.ts'
import { notes } from '../reference/notes.ts'
import { asSent, MODEL_ERRORS, type Reference } from '../reference/operation.ts'
import { Body } from './reasoning.ts'

export const TaskAnswer = z
  .strictObject({
    generated_text: z.string(),
    task_type: TaskType,
    inference_time: z.number().min(0).describe('Seconds'),
    model: z.string().min(1),
  })
  .meta({ id: 'TaskAnswer' })

export const tasksReference: Reference = {
  'POST /reasoning': {
    summary: 'Answer a prompt of one kind of task',
    description: 'As small engines in tutorials have it. Without a model, the one in memory answers, or the first.',
    request: {
      schema: asSent(Body, {
        ...notes,
        prompt: 'What is asked',
        task_type: 'For what kind of task the prompt is prepared',
        max_length: 'Tokens of the answer at most',
      }).meta({ id: 'TaskRequest' }),
      example: { prompt: 'What is 17 times 3?', task_type: 'math' },
    },
    answers: {
      200: {
        description: 'The text',
        json: {
          schema: TaskAnswer,
          example: { generated_text: '51', task_type: 'math', inference_time: 0.9, model: 'smollm2:135m' },
        },
      },
    },
    errors: MODEL_ERRORS,
  },
}
