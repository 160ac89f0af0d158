import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { ThreadControl } from './thread-control.ts'

const mostSteps = 40

/**
 * Computes a few tokens before the first request: the weights get into memory, so that the first answer does not wait
 * for the disk, and the thread counts get tried, so that no answer waits for a bad one. The sequence is empty after it.
 */
export async function warmUp(sequence: LlamaContextSequence, threads: ThreadControl): Promise<void> {
  const { model } = sequence
  const token = model.tokens.bos ?? model.tokens.eos ?? (0 as Token) // any token will do
  // The first one is measured by the disk.
  await sequence.evaluateWithoutGeneratingNewTokens([token])
  for (let step = 0; step < mostSteps && !threads.settled; step++) {
    await sequence.evaluateWithoutGeneratingNewTokens([token])
    threads.end()
  }
  await sequence.clearHistory()
}
