import semver from 'semver'
import type { Modelfile, ModelfileProblem } from '../../../shared/domain/models.ts'
import { judgeParameter } from './parameters.ts'
import { type Instruction, type Place, readInstructions } from './read-instructions.ts'

/** A file of nonsense has one in each line; a person reads the first few. */
const MAX_PROBLEMS = 100
const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant'])

export interface ParsedModelfile {
  /** Null when there is an error. */
  modelfile: Modelfile | null
  problems: ModelfileProblem[]
}

/**
 * Reads a Modelfile. Instructions in any case; values to the end of the line, or between quotation marks, one or
 * three, over several lines; comments where an instruction could start. Takes time linear in the text.
 */
export function parseModelfile(text: string): ParsedModelfile {
  const problems: ModelfileProblem[] = []
  const tell = (place: Place, severity: ModelfileProblem['severity'], message: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ line: place.line, column: place.column, severity, message })
  }
  const modelfile: Modelfile = {
    from: '',
    parameters: [],
    template: null,
    system: null,
    adapters: [],
    licences: [],
    messages: [],
    requires: null,
    files: [],
    renderer: null,
    parser: null,
    draft: null,
  }
  let hasFrom = false
  let failed = false
  const fail = (place: Place, message: string) => {
    failed = true
    tell(place, 'error', message)
  }

  const obey = ({ name, argument, value, quoted, place }: Instruction) => {
    if (value.text === '' && !quoted) return fail(value.place, `${name.toUpperCase()} needs a value`)
    const replaces = (before: string | null) => {
      if (before !== null) tell(place, 'warning', `${name.toUpperCase()} stands here again; the last one counts`)
    }
    switch (name) {
      case 'from':
        if (hasFrom) return fail(place, 'FROM stands here again; a model is made from one other')
        if (value.text === '') return fail(value.place, 'FROM needs a model or a file')
        hasFrom = true
        modelfile.from = value.text
        return
      case 'parameter': {
        const parameter = { name: argument?.text ?? '', value: value.text }
        const problem = judgeParameter(parameter)
        if (problem === null) {
          modelfile.parameters.push(parameter)
          return
        }
        const where = problem.at === 'value' ? value.place : (argument?.place ?? place)
        if (problem.severity === 'error') fail(where, problem.message)
        else tell(where, 'warning', problem.message)
        return
      }
      case 'message': {
        const role = argument?.text ?? ''
        if (!isRole(role)) return fail(argument?.place ?? place, 'MESSAGE is of system, user or assistant')
        modelfile.messages.push({ role, content: value.text })
        return
      }
      case 'requires': {
        const version = semver.valid(value.text)
        if (version === null) return fail(value.place, 'REQUIRES takes a version as 1.2.3')
        replaces(modelfile.requires)
        modelfile.requires = version
        return
      }
      case 'adapter':
        modelfile.adapters.push(value.text)
        return
      case 'license':
        modelfile.licences.push(value.text)
        return
      case 'file':
        modelfile.files.push(value.text)
        return
      case 'template':
      case 'system':
      case 'renderer':
      case 'parser':
      case 'draft':
        replaces(modelfile[name])
        modelfile[name] = value.text
        return
      default:
        fail(
          place,
          `unknown instruction '${name.slice(0, 40)}': an instruction is FROM, PARAMETER, TEMPLATE, SYSTEM, ADAPTER, ` +
            'LICENSE, MESSAGE, REQUIRES or FILE',
        )
    }
  }

  for (const item of readInstructions(text)) {
    if ('message' in item) fail(item.place, item.message)
    else obey(item)
  }
  if (!hasFrom && !failed)
    fail({ line: 1, column: 1 }, 'FROM is missing: a Modelfile names what the model is made from')
  return { modelfile: failed ? null : modelfile, problems }
}

function isRole(role: string): role is Modelfile['messages'][number]['role'] {
  return ROLES.has(role)
}
