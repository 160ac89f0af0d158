import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { AppError } from '../../shared/domain/errors.ts'
import type { Modelfile } from '../../shared/domain/models.ts'
import type { Client } from '../client.ts'
import { EXIT } from '../errors.ts'
import { interruptible } from '../interruptible.ts'
import { decodeModelfile } from '../modelfile-text.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'
import { obtainModel } from '../pull-model.ts'

/**
 * `hearth create NAME [-f Modelfile]`: makes a model of a Modelfile. What it is made from is fetched when it is not
 * here; paths in it count from its folder.
 *
 * @param file path of the Modelfile; `-` reads it from the standard input
 * @returns the exit code
 * @throws AppError
 */
export async function create(context: ProgramContext, name: string, file: string): Promise<number> {
  const text = decodeModelfile(await readModelfile(context, file))
  const folder = file === '-' ? context.cwd : path.dirname(path.resolve(context.cwd, file))
  return interruptible(context, (signal) =>
    withCore(context, 'hearth create', async (client) => {
      const modelfile = await parse(client, context, { text, file })
      if (modelfile === null) return EXIT.failed
      if (isName(modelfile.from, folder)) {
        const from = await obtainModel(client, context, { name: modelfile.from, output: context.stderr }, signal)
        if (from === null) return EXIT.interrupted
      }
      const { made } = await client.models.create({ name, modelfile: text, folder })
      for (const instruction of made?.notObeyed ?? []) {
        context.stderr.write(`kept, but not obeyed by this version: ${firstLine(instruction)}\n`)
      }
      context.stdout.write('success\n')
      return EXIT.done
    }),
  )
}

async function readModelfile(context: ProgramContext, file: string): Promise<Uint8Array> {
  if (file === '-') return buffer(context.stdin)
  const where = path.resolve(context.cwd, file)
  try {
    return await readFile(where)
  } catch (cause) {
    throw new AppError({
      code: 'not_found',
      message: `The Modelfile ${where} can not be read.`,
      suggestion: 'Name another one with: -f PATH',
      cause,
    })
  }
}

/** Says what is wrong and where; null when it can't be used. */
async function parse(
  client: Client,
  { stderr }: ProgramContext,
  { text, file }: { text: string; file: string },
): Promise<Modelfile | null> {
  const { modelfile, problems } = await client.models.parseModelfile({ text })
  const shown = file === '-' ? 'Modelfile' : file
  for (const { line, column, severity, message } of problems) {
    stderr.write(`${shown}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${message}\n`)
  }
  return problems.some(({ severity }) => severity === 'error') ? null : modelfile
}

/** Whether FROM means a model and not a file: a path that is wrong must not be asked of a hub. */
function isName(from: string, folder: string): boolean {
  if (/^(?:[./~\\]|[a-z]:[\\/])|\.(?:gguf|safetensors)$/i.test(from)) return false
  return !existsSync(path.resolve(folder, from))
}

function firstLine(text: string): string {
  const [first = ''] = text.split('\n', 1)
  return first.length < text.length ? `${first} …` : first
}
