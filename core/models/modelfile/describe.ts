import type { Model, Modelfile } from '../../../shared/domain/models.ts'
import { parametersOf } from './parameters.ts'
import { writeModelfile } from './write.ts'

/** The text of a Modelfile that says this, as nearly as a Modelfile can: for texts that came from elsewhere. */
export function writeNearest(modelfile: Modelfile): string {
  return writeModelfile(sayable(modelfile))
}

/** A Modelfile that makes this model again, as it is now: with what a person set on it since. */
export function modelfileOf(model: Model): string {
  return writeNearest(describe(model))
}

function describe(model: Model): Modelfile {
  const { defaults, made } = model
  const kept = (made?.notObeyed ?? []).map(splitInstruction)
  const first = (instruction: string) => kept.find((item) => item.instruction === instruction)?.value ?? null
  const pathsOf = (role: Model['files'][number]['role']) =>
    model.files.filter((file) => file.role === role).map((file) => file.path)
  return {
    from: model.origin === 'made' && made ? made.from : model.name,
    parameters: [
      ...parametersOf(defaults),
      ...kept
        .filter(({ instruction }) => instruction === 'PARAMETER')
        .map(({ value }) => splitInstruction(value))
        .map(({ instruction, value }) => ({ name: instruction, value })),
    ],
    template: defaults.template ?? defaults.goTemplate ?? first('TEMPLATE'),
    system: defaults.system,
    adapters: [...new Set([...(defaults.load.loras ?? []).map(({ path }) => path), ...pathsOf('adapter')])],
    licences: model.licenceText === null ? [] : [model.licenceText],
    messages: made?.messages ?? [],
    requires: null,
    files: pathsOf('document'),
    renderer: first('RENDERER'),
    parser: first('PARSER'),
    draft: defaults.load.draftModel ?? first('DRAFT'),
  }
}

function splitInstruction(text: string): { instruction: string; value: string } {
  const space = text.indexOf(' ')
  return space < 0
    ? { instruction: text, value: '' }
    : { instruction: text.slice(0, space), value: text.slice(space + 1) }
}

/** A text from elsewhere may hold what no Modelfile can: three quotation marks at the end of a line. */
function sayable(modelfile: Modelfile): Modelfile {
  const soften = (text: string) => text.replaceAll(/"""(?=[^\S\n]*\n)/g, "'''")
  const softenAny = (text: string | null) => (text === null ? null : soften(text))
  return {
    ...modelfile,
    template: softenAny(modelfile.template),
    system: softenAny(modelfile.system),
    licences: modelfile.licences.map(soften),
    messages: modelfile.messages.map((message) => ({ ...message, content: soften(message.content) })),
    parameters: modelfile.parameters.map(({ name, value }) => ({ name, value: soften(value) })),
  }
}
