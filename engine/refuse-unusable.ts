import type { LlamaContext, Token } from 'node-llama-cpp'
import { invalidFile } from './gguf/file-errors.ts'

/**
 * Refuses a model that loads without a word but can't answer: special tokens that its vocabulary does not have, and
 * weights that are no numbers. Costs one token. The context is as before.
 *
 * @throws AppError `model_file_invalid`
 */
export async function refuseUnusable(path: string, context: LlamaContext): Promise<void> {
  const wrong = wrongSpecialToken(context.model.fileInfo.metadata.tokenizer?.ggml ?? {})
  if (wrong !== null) throw invalidFile(path, `its ${wrong} is not in its vocabulary`)
  if (Number.isNaN(await confidenceOfOneToken(context))) throw invalidFile(path, 'its weights are not numbers')
}

/** The name of a special token that lies outside of the vocabulary, from the header's `tokenizer.ggml` keys. */
export function wrongSpecialToken(tokenizer: object): string | null {
  const { tokens, ...fields } = tokenizer as Record<string, unknown> // whatever the header holds
  if (!Array.isArray(tokens)) return null
  const [wrong] = Object.entries(fields).filter(
    ([name, id]) => name.endsWith('_token_id') && typeof id === 'number' && isMeant(id) && id >= tokens.length,
  )
  return wrong?.[0] ?? null
}

/** Some files say with −1, written unsigned, that they have no such token. */
function isMeant(id: number): boolean {
  return id !== 0xffffffff
}

/** NaN, too, where no token can be chosen because none has a probability. */
async function confidenceOfOneToken(context: LlamaContext): Promise<number> {
  const { tokens } = context.model
  const sequence = context.getSequence()
  const options = { temperature: 0, yieldEogToken: true }
  try {
    const first = tokens.bos ?? tokens.eos ?? (0 as Token) // any token will do
    for await (const { confidence } of sequence.evaluateWithMetadata([first], { confidence: true }, options))
      return confidence
    return Number.NaN
  } finally {
    await sequence.dispose()
  }
}
