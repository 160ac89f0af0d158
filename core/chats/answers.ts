import type { ChatEvent, Message } from '../../shared/domain/chats.ts'
import { toErrorInfo } from '../../shared/domain/errors.ts'
import type { GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { Generate } from '../generation/generate.ts'
import type { ChatStore } from './chat-store.ts'
import { startStopwatch } from './stopwatch.ts'

/** Between two savings of an answer that is being written. */
const CHECKPOINT_MS = 500

export interface Answers {
  /** Writes an answer: its message is saved now and then, and each step told. Never throws. */
  start(message: Message, request: GenerationRequestInput): void
  /** Stops the answer of a chat, if one is being written; what arrived is kept. */
  stop(chatId: string): void
  /** The message as it stands now, if it is being written. */
  live(chatId: string): Message | undefined
  /** Stops all; resolves when they are saved. */
  close(): Promise<void>
}

export interface AnswersDeps {
  generate: Generate
  store: Pick<ChatStore, 'updateMessage'>
  tell: (chatId: string, event: ChatEvent) => void
  /** Monotonic milliseconds. */
  clock: () => number
}

interface Running {
  message: Message
  controller: AbortController
  finished: Promise<void>
}

/** Answers live in the core: they go on when the window that asked reloads or shows something else. */
export function createAnswers({ generate, store, tell, clock }: AnswersDeps): Answers {
  const running = new Map<string, Running>()

  async function write(run: Running, request: GenerationRequestInput): Promise<void> {
    const { chatId } = run.message
    let savedAt = clock()
    const watch = startStopwatch(clock)
    const set = (change: Partial<Message>) => {
      run.message = { ...run.message, ...change }
    }
    try {
      for await (const event of generate(request, run.controller.signal)) {
        watch.see(event)
        if (event.type === 'text' || event.type === 'reasoning') {
          const messageId = run.message.id
          const { text } = event
          if (event.type === 'text') {
            set({ content: run.message.content + text })
            tell(chatId, { type: 'delta', messageId, text })
          } else {
            set({ reasoning: (run.message.reasoning ?? '') + text })
            tell(chatId, { type: 'reasoning', messageId, text })
          }
          if (clock() - savedAt > CHECKPOINT_MS) {
            store.updateMessage(run.message)
            savedAt = clock()
          }
        } else if (event.type === 'finish') {
          const { usage, timings, trace, reason } = event
          set({ status: 'complete', finishReason: reason, usage, timings, droppedMessages: trace.droppedMessages })
        } else if (event.type === 'error') {
          // A person who stopped an answer got what was asked for.
          if (run.controller.signal.aborted) set({ status: 'stopped', ...watch.read() })
          else set({ status: 'failed', error: event.error, ...watch.read() })
        } else {
          tellProgress(chatId, run.message.id, event)
        }
      }
    } catch (error) {
      set({ status: 'failed', error: toErrorInfo(error) })
    }
    if (run.message.status === 'streaming') set({ status: run.controller.signal.aborted ? 'stopped' : 'complete' })
    try {
      store.updateMessage(run.message)
    } catch (error) {
      // The reply stays on the screen; that it is not on the disk is said beside it.
      set({ status: 'failed', error: toErrorInfo(error) })
    }
    running.delete(chatId)
    tell(chatId, { type: 'message', message: run.message })
  }

  function tellProgress(chatId: string, messageId: string, event: GenerationEvent): void {
    if (event.type === 'queued')
      tell(chatId, { type: 'progress', messageId, progress: { phase: 'queued', position: event.position } })
    if (event.type === 'loading')
      tell(chatId, { type: 'progress', messageId, progress: { phase: 'loading', progress: event.progress } })
    if (event.type === 'prefill') {
      tell(chatId, {
        type: 'progress',
        messageId,
        progress: { phase: 'prefill', done: event.done, total: event.total },
      })
    }
  }

  return {
    start(message, request) {
      const run: Running = { message, controller: new AbortController(), finished: Promise.resolve() }
      running.set(message.chatId, run)
      run.finished = write(run, request)
    },
    stop: (chatId) => running.get(chatId)?.controller.abort(),
    live: (chatId) => running.get(chatId)?.message,
    async close() {
      const all = [...running.values()]
      for (const run of all) run.controller.abort()
      await Promise.all(all.map((run) => run.finished))
    },
  }
}
