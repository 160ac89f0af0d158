import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Llama, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startCpuLlama } from './cpu-llama.ts'
import { isNative, preferNativeAddon } from './native-addon.ts'
import { queueFor, setThreads } from './context-queue.ts'
import { type DecodeQueue, isAborted } from './decode-queue.ts'
import { nativeContext, type NativeContext } from './native-context.ts'
import { internalsOf } from './sequence-internals.ts'

const root = join(import.meta.dirname, '..')
const addon = join(root, 'dist', 'native', `${process.platform}-${process.arch}`, 'cpu', 'llama-addon.node')
const isBuilt = existsSync(addon)
if (!isBuilt)
  process.stderr.write('Our own build of the addon is not there (npm run build:native): its tests are skipped.\n')

describe.skipIf(!isBuilt)('a context of our own build', { timeout: 240_000 }, () => {
  let llama: Llama
  let model: LlamaModel
  let tokens: Token[]
  beforeAll(async () => {
    preferNativeAddon(addon)
    llama = await startCpuLlama()
    if (!isNative(llama)) throw new Error('Our build is there but was not loaded.')
    model = await llama.loadModel({ modelPath: join(root, 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf') })
    tokens = model.tokenize(readFileSync(join(root, 'docs', 'architecture.md'), 'utf8'))
  })
  afterAll(() => llama.dispose())

  async function withSlots(run: (slots: Slots) => Promise<void>): Promise<void> {
    const context = await model.createContext({ contextSize: 1024, sequences: 2, batchSize: 512, threads: 1 })
    const native = nativeContext(context)
    if (native === null) throw new Error('This context has nothing of our build.')
    const queue = queueFor(context, { inFlight: { count: 0 }, onStep: () => undefined })
    await run({ native, queue, first: context.getSequence(), second: context.getSequence() })
    await context.dispose()
  }

  it('counts threads apart for single tokens and for prompts', async () => {
    await withSlots(async ({ first }) => {
      setThreads(first.context, 1, 2)
      const one = await write(first, tokens.slice(0, 100), 8)
      setThreads(first.context, 2, 1)
      await first.clearHistory()
      expect(await write(first, tokens.slice(0, 100), 8)).toEqual(one)
      expect(first.context.currentThreads).toBe(2)
    })
  })

  it('ends a prompt inside of its step and leaves the cache as it was', async () => {
    await withSlots(async ({ queue, first }) => {
      const expected = await write(first, tokens.slice(0, 120), 12)
      await first.clearHistory()
      await first.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 100))
      const error = await abortedStep(queue, first, first.evaluateWithoutGeneratingNewTokens(tokens.slice(200, 700)))
      expect(isAborted(error)).toBe(true)
      expect(first.nextTokenIndex).toBe(100)
      expect(await write(first, tokens.slice(100, 120), 12)).toEqual(expected)
    })
  })

  it('does not let another stream notice', async () => {
    await withSlots(async ({ queue, first, second }) => {
      // Who shares a step changes the last bits of a result, so what follows must not be a matter of them.
      const refrain = model.tokenize('The cat sat on the mat. '.repeat(8))
      const expected = await write(second, refrain, 12)
      await second.clearHistory()
      const answer = write(second, refrain, 12)
      const error = await abortedStep(queue, first, first.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 600)))
      expect(isAborted(error)).toBe(true)
      expect(await answer).toEqual(expected)
    })
  })

  it('begins steps ahead that are then asked for', async () => {
    await withSlots(async ({ first }) => {
      const addon = (first.context as unknown as { _ctx: { undoDecode(): boolean } })._ctx // marked internal
      const undone = vi.spyOn(addon, 'undoDecode')
      await write(first, tokens.slice(0, 60), 40)
      expect(undone).not.toHaveBeenCalled()
      // The one after the last was begun as well.
      await first.clearHistory()
      expect(undone).toHaveBeenCalledTimes(1)
    })
  })

  it('leaves no trace of a step that was begun ahead in vain', async () => {
    await withSlots(async ({ first, second }) => {
      const whole = await write(second, tokens.slice(0, 60), 24)
      const written = await write(first, tokens.slice(0, 60), 12)
      const rest = await write(first, written.slice(-1), 12)
      expect([...written, ...rest]).toEqual(whole)
      // While the next step of the one is computed, which nobody will ask for, the other one goes on.
      expect(await write(second, tokens.slice(0, 8), 6)).toHaveLength(6)
      expect(first.nextTokenIndex).toBe(60 + 24 - 1)
    })
  })

  it('has nothing to abort when nothing is computed, and the next step is a whole one', async () => {
    await withSlots(async ({ queue, first }) => {
      const { _sequenceId: sequence } = internalsOf(first)
      expect(queue.abort(sequence)).toBe(false)
      await first.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 20))
      expect(queue.abort(sequence)).toBe(false)
      await first.evaluateWithoutGeneratingNewTokens(tokens.slice(20, 40))
      expect(first.nextTokenIndex).toBe(40)
    })
  })

  it('carries a conversation over to another slot through memory', async () => {
    await withSlots(async ({ native, first, second }) => {
      await first.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 200))
      const state = await native.saveSequence(first)
      await native.loadSequence(second, state)
      expect(second.nextTokenIndex).toBe(200)
      expect(second.contextTokens).toEqual(first.contextTokens)
      const rest = tokens.slice(200, 210)
      expect(await write(second, rest, 12)).toEqual(await write(first, rest, 12))
    })
  })

  it('refuses a state that is cut off or altered anywhere, and can go on', async () => {
    await withSlots(async ({ native, first, second }) => {
      const expected = await write(first, tokens.slice(0, 60), 8)
      const state = await native.saveSequence(first)
      for (const length of [0, 8, 31, 32, 40, 1000, state.length - 1])
        await expect(native.loadSequence(second, state.slice(0, length))).rejects.toThrow(/cut off|damaged/)
      for (const at of [0, 9, 17, 25, 33, 300, 5001, state.length - 1]) {
        const altered = state.slice()
        altered[at] = (altered[at] ?? 0) ^ 0x10
        await expect(native.loadSequence(second, altered)).rejects.toThrow(/damaged/)
        expect(second.nextTokenIndex).toBe(0)
      }
      await expect(native.loadSequence(second, new Uint8Array([...state, 0]))).rejects.toThrow(/damaged/)
      expect(await write(second, tokens.slice(0, 60), 8)).toEqual(expected)
    })
  })

  it('refuses a state of a longer context', async () => {
    let state = new Uint8Array()
    await withSlots(async ({ native, first }) => {
      await first.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 600))
      state = new Uint8Array(await native.saveSequence(first))
    })
    const context = await model.createContext({ contextSize: 256, batchSize: 64, threads: 1 })
    const sequence = context.getSequence()
    await expect(nativeContext(context)?.loadSequence(sequence, state)).rejects.toThrow(/larger/)
    expect(await write(sequence, tokens.slice(0, 20), 3)).toHaveLength(3)
    await context.dispose()
  })
})

interface Slots {
  native: NativeContext
  queue: DecodeQueue
  first: LlamaContextSequence
  second: LlamaContextSequence
}

/** Aborts as soon as the sequence is being computed; what it then rejects with. */
async function abortedStep(queue: DecodeQueue, sequence: LlamaContextSequence, step: Promise<void>) {
  let isOver = false
  const outcome = step.then(
    () => null,
    (error: unknown) => error,
  )
  void outcome.then(() => (isOver = true))
  while (!isOver && !queue.abort(internalsOf(sequence)._sequenceId)) await setImmediate()
  return outcome
}

async function write(sequence: LlamaContextSequence, prompt: Token[], count: number): Promise<Token[]> {
  const written: Token[] = []
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    written.push(token)
    if (written.length === count) break
  }
  return written
}
