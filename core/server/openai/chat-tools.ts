import { z } from 'zod'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { unsupported, withoutNulls, wrong } from '../answering/parameters.ts'
import { MOST_TOOLS, refuseTwins } from '../answering/tool-names.ts'

const Tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[\w.:-]{1,128}$/, 'must have 1 to 128 letters, digits, underscores or hyphens'),
    description: z.string().nullish(),
    parameters: z.looseObject({}).nullish(),
  }),
})

export const toolFields = {
  tools: z.array(Tool).max(MOST_TOOLS).optional(),
  tool_choice: z
    .union(
      [
        z.enum(['none', 'auto', 'required']),
        z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
      ],
      { error: 'must be none, auto, required or a function of `tools`' },
    )
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
}
type ToolFields = z.infer<z.ZodObject<typeof toolFields>>

/**
 * Refuses tools that only their maker's servers have.
 * @throws AppError unsupported_parameter
 */
export function refuseForeignTools({ tools, tool_choice: choice }: Record<string, unknown>): void {
  if (Array.isArray(tools)) {
    tools.forEach((tool: unknown, index) => {
      const type = withoutNulls(tool)['type']
      if (typeof type !== 'string' || type === 'function') return
      throw unsupported(`tools[${index}].type`, `Tools of the type "${type.slice(0, 40)}"`, 'Offer functions.')
    })
  }
  const type = withoutNulls(choice)['type']
  if (typeof type === 'string' && type !== 'function') {
    throw unsupported('tool_choice', `A choice of the type "${type.slice(0, 40)}"`, 'Name a function.')
  }
}

/**
 * Tools and their choice as the engine takes them.
 * @param nameAt what the client calls the name of a tool
 * @throws AppError invalid_input where they contradict each other
 */
export function toTools(
  fields: ToolFields,
  nameAt = (index: number) => `tools[${index}].function.name`,
): Pick<GenerationRequestInput, 'tools' | 'toolChoice' | 'parallelToolCalls'> {
  const { tools = [], tool_choice: choice, parallel_tool_calls: parallel } = fields
  const names = tools.map((tool) => tool.function.name)
  refuseTwins(names, nameAt)
  const named = typeof choice === 'object' ? choice.function.name : null
  if (named !== null && !names.includes(named)) throw wrong('tool_choice', 'it names a function that is not in `tools`')
  if (choice === 'required' && tools.length === 0) throw wrong('tool_choice', 'there are no `tools` to choose from')
  if (tools.length === 0) return {}
  return {
    tools: tools.map(({ function: { name, description, parameters } }) => ({
      name,
      ...(description == null ? {} : { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    })),
    ...(choice === undefined
      ? {}
      : { toolChoice: typeof choice === 'object' ? { name: choice.function.name } : choice }),
    ...(parallel === undefined ? {} : { parallelToolCalls: parallel }),
  }
}
