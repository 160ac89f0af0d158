import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { add } from './commands/add.ts'
import { link } from './commands/link.ts'
import { list } from './commands/list.ts'
import { ps } from './commands/ps.ts'
import { run } from './commands/run.ts'
import { serve } from './commands/serve.ts'
import { stop } from './commands/stop.ts'
import { EXIT, errorText } from './errors.ts'
import type { ProgramContext } from './program-context.ts'

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
    .description('ask a model, or talk to it')
    .argument('<model>', 'name of the model')
    .argument('[prompt...]', 'the question; without one you talk to the model')
    .option('--verbose', 'tell how long the answer took')
    .action(async (model: string, words: string[], options: { verbose?: boolean }) =>
      setExitCode(await run(context, model, words, { verbose: options.verbose ?? false })),
    )

  program
    .command('list')
    .alias('ls')
    .description('the models of this computer')
    .action(() => list(context))
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

function toPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}
