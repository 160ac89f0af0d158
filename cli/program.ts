import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { HubModelType, SizeClass } from '../shared/domain/hubs.ts'
import { add } from './commands/add.ts'
import { cp } from './commands/cp.ts'
import { create } from './commands/create.ts'
import { changeDownload, listDownloads } from './commands/downloads.ts'
import { createKey, listKeys, removeKey } from './commands/keys.ts'
import { link } from './commands/link.ts'
import { list } from './commands/list.ts'
import { listCatalogue } from './commands/models.ts'
import { ps } from './commands/ps.ts'
import { pull } from './commands/pull.ts'
import { rm } from './commands/rm.ts'
import { run } from './commands/run.ts'
import { serve } from './commands/serve.ts'
import { show, SHOW_PARTS } from './commands/show.ts'
import { stop } from './commands/stop.ts'
import { EXIT, errorText } from './errors.ts'
import { addModel, addScope, type KeyFlags, toKeyOptions, toLifetime, toLimit } from './key-options.ts'
import type { ProgramContext } from './program-context.ts'
import { type RunFlags, toKeepAlive } from './run-options.ts'

/**
 * Carries out one command.
 * @param args what stands behind `hearth`
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted
 */
export async function main(args: readonly string[], context: ProgramContext): Promise<number> {
  let exitCode: number = EXIT.done
  const program = createProgram(context, (code) => (exitCode = code))
  if (args.length === 0) {
    context.stdout.write(program.helpInformation())
    return EXIT.done
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    context.stderr.write(errorText(error))
    return EXIT.failed
  }
}

function createProgram(context: ProgramContext, setExitCode: (code: number) => void): Command {
  const program = new Command('hearth')
    .description('Language models on your own computer.')
    .version(context.version, '-v, --version', 'print the version')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showHelpAfterError('Run "hearth --help" to see what there is.')

  program
    .command('serve')
    .description('answer programs and browsers without a window')
    .option('--host <host>', 'name or address to listen on (127.0.0.1)')
    .option('--port <port>', 'the one port to listen on (1234, and 11434 while it is free)', toPort)
    .option('--no-ui', 'answer programs only')
    .action((options: { host?: string; port?: number; ui: boolean }) =>
      serve(context, { host: options.host ?? null, port: options.port ?? null, ui: options.ui }),
    )

  program
    .command('run')
    .description('ask a model, or talk to it; one that is not here is fetched first')
    .argument('<model>', 'name of the model')
    .argument('[prompt...]', 'the question; without one you talk to the model')
    .option('--keepalive <duration>', 'how long the model stays in memory, as 10m; -1 is for ever', toKeepAlive)
    .option('--think', 'have the model think before it answers')
    .option('--no-think', 'have it answer at once')
    .option('--format <format>', 'json, or a JSON schema or the path of one, for the answer')
    .option('--verbose', 'tell how long the answer took')
    .action(async (model: string, words: string[], flags: RunFlags) =>
      setExitCode(await run(context, model, words, flags)),
    )

  program
    .command('list')
    .alias('ls')
    .description('the models of this computer')
    .action(() => list(context))
  program
    .command('pull')
    .description('fetch a model')
    .argument('<name>', 'as qwen2.5:3b, hf.co/owner/name:Q4_K_M or modelscope.cn/owner/name')
    .action(async (name: string) => setExitCode(await pull(context, name)))
  addShow(program, context)
  program
    .command('create')
    .description('make a model of a Modelfile')
    .argument('<name>', 'name of the new model')
    .option('-f, --file <path>', 'the Modelfile; - reads it from the standard input', 'Modelfile')
    .action(async (name: string, options: { file: string }) => setExitCode(await create(context, name, options.file)))
  program
    .command('cp')
    .description('give a model a second name')
    .argument('<name>', 'name of the model')
    .argument('<new>', 'the second name')
    .action((name: string, to: string) => cp(context, name, to))
  program
    .command('rm')
    .description('take models out of the library; their own files go to the trash')
    .argument('<name...>', 'names of the models')
    .action(async (names: string[]) => setExitCode(await rm(context, names)))
  addModels(program, context, setExitCode)
  addDownloads(program, context)
  addKeys(program, context)
  program
    .command('ps')
    .description('the models in memory')
    .action(() => ps(context))
  program
    .command('add')
    .description('use a GGUF file where it lies')
    .argument('<path>', 'path of the file')
    .action((file: string) => add(context, file))
  program
    .command('stop')
    .description('end a model and give its memory back')
    .argument('<model>', 'name of the model')
    .action((model: string) => stop(context, model))
  program
    .command('link')
    .description('a one-time link that lets one browser in')
    .action(() => link(context))
  return program
}

function addShow(program: Command, context: ProgramContext): void {
  const command = program
    .command('show')
    .description('what a model is')
    .argument('<name>', 'name of the model')
    .action((name: string, options: Record<string, boolean>) =>
      show(context, name, SHOW_PARTS.find((part) => options[part]) ?? null),
    )
  for (const part of SHOW_PARTS) {
    const others = SHOW_PARTS.filter((other) => other !== part)
    command.addOption(new Option(`--${part}`, `only its ${part}`).conflicts(others))
  }
}

function addModels(program: Command, context: ProgramContext, setExitCode: (code: number) => void): void {
  const models = program.command('models').description('models that Hearth recommends').helpCommand(false)
  models
    .command('list')
    .alias('ls')
    .description('the recommended models, whether they are here or not')
    .addOption(new Option('--size <size>', 'by parameters').choices(SizeClass.options))
    .addOption(new Option('--type <type>', 'what it is made for').choices(HubModelType.options))
    .action((options: { size?: SizeClass; type?: HubModelType }) =>
      listCatalogue(context, { size: options.size ?? null, type: options.type ?? null }),
    )
  models
    .command('pull')
    .description('fetch a model')
    .argument('<name>', 'name of the model')
    .action(async (name: string) => setExitCode(await pull(context, name)))
}

function addDownloads(program: Command, context: ProgramContext): void {
  const downloads = program
    .command('downloads')
    .description('what is fetched and what waits')
    .helpCommand(false)
    .action(() => listDownloads(context))
  for (const [action, description] of [
    ['pause', 'stop one for now'],
    ['resume', 'go on with one'],
    ['cancel', 'end one and delete what was fetched'],
  ] as const) {
    downloads
      .command(action)
      .description(description)
      .argument('<id>', 'id, its beginning, or name of the model')
      .action((id: string) => changeDownload(context, action, id))
  }
}

function addKeys(program: Command, context: ProgramContext): void {
  const keys = program
    .command('keys')
    .description('the keys with which programs on other computers enter')
    .helpCommand(false)
    .action(() => listKeys(context))
  keys
    .command('create')
    .description('make a key and print it, this once')
    .argument('<name>', 'what it is for, as "laptop"')
    .option('--scope <scope>', 'inference, management or metrics; may be given more than once (inference)', addScope)
    .option('--model <model>', 'the only model that it may use; may be given more than once', addModel)
    .option('--expires <time>', 'how long it is good for, as 30d', toLifetime)
    .option('--rpm <count>', 'requests in any minute', toLimit(1_000_000))
    .option('--tokens-per-day <count>', 'tokens, read and written, in any 24 hours', toLimit(Number.MAX_SAFE_INTEGER))
    .action((name: string, flags: KeyFlags) => createKey(context, name, toKeyOptions(flags)))
  keys
    .command('rm')
    .description('remove a key; answers that run with it are ended')
    .argument('<name>', 'its name or id')
    .action((name: string) => removeKey(context, name))
}

function toPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}
