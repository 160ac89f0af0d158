import { z } from 'zod'

/** Kinds of tasks for which a request may be prepared. */
export const TaskType = z.enum(['reasoning', 'coding', 'math'])
export type TaskType = z.infer<typeof TaskType>

/** What stands before a prompt of each kind. */
export const taskPrefixes: Record<TaskType, string> = {
  reasoning: 'Think about this step by step, and show each step of your reasoning before you conclude.',
  coding: 'Write clean code with comments that explain what is not obvious. Answer with the code first.',
  math: 'Solve this step by step. Write down each calculation, and give the result in the last line.',
}

/** A prompt prepared for its kind of task. */
export function prepareTask(type: TaskType, prompt: string): string {
  return `${taskPrefixes[type]}\n\n${prompt}`
}
