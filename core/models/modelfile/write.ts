import { AppError } from '../../../shared/domain/errors.ts'
import type { Modelfile } from '../../../shared/domain/models.ts'

/**
 * The text of a Modelfile that says this: reading it gives the same again.
 *
 * @throws AppError `modelfile_invalid` for a value that no Modelfile can hold
 */
export function writeModelfile(modelfile: Modelfile): string {
  const lines: string[] = []
  const add = (instruction: string, value: string | null) => {
    if (value !== null) lines.push(`${instruction} ${quoted(instruction, value)}`)
  }
  add('FROM', modelfile.from)
  for (const adapter of modelfile.adapters) add('ADAPTER', adapter)
  add('DRAFT', modelfile.draft)
  add('RENDERER', modelfile.renderer)
  add('PARSER', modelfile.parser)
  for (const { name, value } of modelfile.parameters) add(`PARAMETER ${name}`, value)
  add('TEMPLATE', modelfile.template)
  add('SYSTEM', modelfile.system)
  for (const { role, content } of modelfile.messages) add(`MESSAGE ${role}`, content)
  for (const file of modelfile.files) add('FILE', file)
  for (const licence of modelfile.licences) add('LICENSE', licence)
  add('REQUIRES', modelfile.requires)
  return `${lines.join('\n')}\n`
}

function quoted(instruction: string, given: string): string {
  const value = given.replaceAll(/\r\n?/g, '\n')
  const isStop = instruction === 'PARAMETER stop'
  if (!isStop && value !== '' && !value.includes('\n') && value.trim() === value && !value.startsWith('"')) return value
  const lines = value.split('\n')
  // Inside, no line but the last may end as the value does.
  const inner = lines.slice(0, -1).map((line) => line.trimEnd())
  if (lines.length === 1 && !value.startsWith('""') && !`"${value}"`.startsWith('"""')) return `"${value}"`
  if (!inner.some((line, index) => (index === 0 ? `"""${line}`.length >= 6 : true) && line.endsWith('"""'))) {
    return `"""${value}"""`
  }
  if (!inner.some((line) => line.endsWith('"')) && !value.startsWith('""')) return `"${value}"`
  throw new AppError({
    code: 'modelfile_invalid',
    message: `A line of ${instruction} ends in three quotation marks, which a Modelfile can't hold.`,
    suggestion: 'Put something behind them, or leave one out.',
    data: { instruction },
  })
}
