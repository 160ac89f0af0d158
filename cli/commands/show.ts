import type { Model } from '../../shared/domain/models.ts'
import type { Client } from '../client.ts'
import { formatBytes, formatParameters } from '../format.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/** What can be asked for alone. */
export const SHOW_PARTS = ['modelfile', 'license', 'parameters', 'system', 'template'] as const
export type ShowPart = (typeof SHOW_PARTS)[number]

type Parameters = readonly { name: string; value: string }[]
/** Title and lines; a line with a label is aligned with the others. */
type Section = readonly [title: string, lines: readonly (string | readonly [label: string, value: string])[]]

const SHOWN_LINES = 3

/** `hearth show NAME`: what a model is, or one part of it as it stands. */
export async function show(context: ProgramContext, name: string, part: ShowPart | null): Promise<void> {
  await withCore(context, 'hearth show', async (client) => {
    const { model, modelfile } = await client.models.show({ name })
    const parameters = await parametersOf(client, modelfile)
    context.stdout.write(
      part === null
        ? sections(model, parameters).map(sectionText).join('\n')
        : withNewline(partText(part, model, { modelfile, parameters })),
    )
  })
}

async function parametersOf(client: Client, text: string): Promise<Parameters> {
  return (await client.models.parseModelfile({ text })).modelfile?.parameters ?? []
}

function partText(
  part: ShowPart,
  { defaults, facts, licenceText }: Model,
  { modelfile, parameters }: { modelfile: string; parameters: Parameters },
): string {
  switch (part) {
    case 'modelfile':
      return modelfile
    case 'license':
      return licenceText ?? facts.licence ?? ''
    case 'parameters':
      return parameters.map(({ name, value }) => `${name.padEnd(30)} ${value}`).join('\n')
    case 'system':
      return defaults.system ?? ''
    case 'template':
      return defaults.template ?? facts.chatTemplate ?? ''
  }
}

function sections(model: Model, parameters: Parameters): Section[] {
  const { facts, defaults, source, made } = model
  const licence = model.licenceText ?? facts.licence
  const all: Section[] = [
    [
      'Model',
      [
        ['architecture', facts.architecture],
        ['parameters', formatParameters(facts.parameters)],
        ['context length', facts.contextLength === null ? 'unknown' : String(facts.contextLength)],
        ...(facts.shape === null ? [] : [['embedding length', String(facts.shape.embeddingLength)] as const]),
        ['quantization', facts.quantization],
        ['size', formatBytes(model.sizeBytes)],
        ['file', model.path],
        ...(source === null ? [] : [['from', source.url] as const]),
        ...(made === null || source !== null ? [] : [['made from', made.from] as const]),
      ],
    ],
    ['Capabilities', [facts.kind === 'chat' ? 'completion' : 'embedding']],
    ['Parameters', parameters.map(({ name, value }) => [name, quoted(value)] as const)],
    ['System', beginning(defaults.system)],
    ['Not obeyed by this version', made === null ? [] : made.notObeyed.flatMap((each) => beginning(each))],
    ['License', beginning(licence)],
  ]
  return all.filter(([, lines]) => lines.length > 0)
}

/** Texts in quotes, so that their spaces can be seen; figures as they are. */
function quoted(value: string): string {
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value) ? value : JSON.stringify(value)
}

/** The first lines of a longer text. */
function beginning(text: string | null): string[] {
  const lines = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.length <= SHOWN_LINES ? lines : [...lines.slice(0, SHOWN_LINES), '…']
}

function sectionText([title, lines]: Section): string {
  const width = Math.max(...lines.map((line) => (typeof line === 'string' ? 0 : line[0].length)))
  const rows = lines.map((line) => (typeof line === 'string' ? line.trim() : `${line[0].padEnd(width)}    ${line[1]}`))
  return `  ${title}\n${rows.map((row) => `    ${row}\n`).join('')}`
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
