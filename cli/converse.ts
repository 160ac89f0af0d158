import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { PromptMessage } from '../shared/domain/generation.ts'
import { statistics, streamAnswer } from './answer.ts'
import type { Client } from './client.ts'
import { EXIT, errorText, infoOf } from './errors.ts'
import type { ProgramContext } from './program-context.ts'
import { createProgress } from './progress.ts'
import type { AnswerOptions } from './run-options.ts'

const HELP = `/bye     leave
/clear   begin a new conversation
/?       this help
"""      begin and end a message of several lines
Ctrl-C   stop the answer; twice to leave
`

/** Lines that a person types, in order; null when there are no more. */
interface Lines {
  next(prompt: string): Promise<string | null>
  /** Called at Ctrl-C. */
  onInterrupt(listener: () => void): void
  close(): void
}

/**
 * A conversation at the terminal, until `/bye`, Ctrl-D or Ctrl-C twice. An answer that fails ends nothing.
 * @returns the exit code
 * @throws AppError when the model can't be loaded
 */
export async function converse(
  client: Client,
  context: ProgramContext,
  model: string,
  { verbose, options }: { verbose: boolean; options: AnswerOptions },
): Promise<number> {
  const progress = createProgress(context.stderr)
  progress.show(`Loading ${model}`)
  const { keepAliveSeconds } = options
  const stay = keepAliveSeconds === undefined ? {} : { keepAliveSeconds }
  await client.engines.load({ model, ...stay }).finally(() => progress.clear())
  const lines = readLines(context)
  let messages: PromptMessage[] = []
  let cacheKey = randomUUID()
  let answering: AbortController | null = null
  let interrupted = 0
  lines.onInterrupt(() => {
    interrupted++
    answering?.abort()
    if (interrupted >= 2) lines.close()
    else if (answering === null) context.stdout.write('\nPress Ctrl-C again, or type /bye, to leave.\n>>> ')
  })

  for (;;) {
    const typed = await readMessage(lines)
    if (typed === null) return interrupted >= 2 ? EXIT.interrupted : EXIT.done
    interrupted = 0
    const message = typed.trim()
    if (message === '') continue
    if (message === '/bye' || message === '/exit') {
      lines.close()
      return EXIT.done
    }
    if (message === '/clear') {
      messages = []
      cacheKey = randomUUID()
      context.stdout.write('This is a new conversation.\n')
      continue
    }
    if (message === '/?' || message === '/help') {
      context.stdout.write(HELP)
      continue
    }
    const question: PromptMessage = { role: 'user', content: typed }
    answering = new AbortController()
    try {
      const answer = await streamAnswer(
        client,
        context,
        { model, messages: [...messages, question], cacheKey, options },
        answering.signal,
      )
      messages = [...messages, question, { role: 'assistant', content: answer.text }]
      context.stdout.write('\n\n')
      if (verbose && answer.finish !== null) context.stderr.write(statistics(answer.finish))
    } catch (error) {
      if (infoOf(error).code === 'core_lost') throw error
      context.stderr.write(`\n${errorText(error)}`)
    } finally {
      answering = null
    }
  }
}

/** One message: a line, or several between two `"""`. */
async function readMessage(lines: Lines): Promise<string | null> {
  const first = await lines.next('>>> ')
  if (first === null || !first.trimStart().startsWith('"""')) return first
  let message = first.trimStart().slice(3)
  while (!message.trimEnd().endsWith('"""')) {
    const line = await lines.next('... ')
    if (line === null) return null
    message += `\n${line}`
  }
  return message.trimEnd().slice(0, -3)
}

function readLines({ stdin, stdout }: ProgramContext): Lines {
  // On a terminal this echoes and edits; what is typed during an answer waits for its turn.
  const reader = createInterface({
    input: stdin,
    // A real terminal's output is a stream; what stands in for it in tests is not edited on.
    ...(stdin.isTTY === true ? { output: stdout as NodeJS.WriteStream, terminal: true } : {}),
    historySize: 1000,
  })
  const waiting: string[] = []
  let wake: ((line: string | null) => void) | null = null
  let closed = false
  reader.on('line', (line) => {
    if (wake === null) waiting.push(line)
    else wake(line)
    wake = null
  })
  reader.on('close', () => {
    closed = true
    wake?.(null)
    wake = null
  })
  return {
    next(prompt) {
      const line = waiting.shift()
      if (line !== undefined) return Promise.resolve(line)
      if (closed) return Promise.resolve(null)
      reader.setPrompt(prompt)
      reader.prompt()
      return new Promise((resolve) => (wake = resolve))
    },
    onInterrupt: (listener) => void reader.on('SIGINT', listener),
    close: () => reader.close(),
  }
}
