import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import { prepareTask, TaskType } from '../../../shared/domain/task-presets.ts'
import { answer, type AnswerParts } from '../answering/answer.ts'
import { findChatModel } from '../answering/models.ts'
import { usualModel } from '../answering/usual-model.ts'
import { fieldsOf, parse } from '../answering/parameters.ts'
import type { Route } from '../context.ts'
import { readJson } from '../guard/body.ts'

export const Body = z.object({
  prompt: z.string().min(1),
  task_type: TaskType.default('reasoning'),
  max_length: z.int().min(1).default(200),
  temperature: z.number().min(0).max(5).default(0.3),
  /** Beyond what the small engines of the tutorials know, which have one model. */
  model: z.string().min(1).optional(),
})

/** The API of the small engine in the tutorials: one prompt of one kind of task, one text. */
export function taskRoutes(parts: AnswerParts): Route[] {
  return [
    {
      path: '/reasoning',
      scope: 'inference',
      methods: {
        async POST(c) {
          const started = performance.now()
          const body = parse(Body, fieldsOf(await readJson(c.req.raw)))
          const model = body.model === undefined ? usualModel(c.get('models')) : findChatModel(c, body.model)
          if (model === undefined) {
            throw new AppError({
              code: 'model_not_found',
              message: 'There is no model on this computer that can answer.',
              suggestion: 'Add one in Hearth.',
            })
          }
          c.get('record').setModel(body.model ?? model.name)
          let text = ''
          const whole = {
            add(event: { type: string; text?: string }) {
              if (event.type === 'text') text += event.text ?? ''
            },
            result: () => ({
              generated_text: text,
              task_type: body.task_type,
              inference_time: (performance.now() - started) / 1000,
              model: body.model ?? model.name,
            }),
          }
          const messages = [{ role: 'user' as const, content: prepareTask(body.task_type, body.prompt) }]
          const generation = {
            model: model.name,
            input: { kind: 'messages' as const, messages },
            maxTokens: body.max_length,
            sampling: { temperature: body.temperature },
          }
          return answer(c, parts, { generation, form: { whole }, names: { input: 'prompt' } })
        },
      },
    },
  ]
}
