import type { Token } from 'node-llama-cpp'
import { AppError } from '../../shared/domain/errors.ts'
import type { EngineRequest } from '../../shared/process/engine.ts'
import type { Ready, Writer } from '../ready.ts'
import { vocabularySize } from '../vocabulary.ts'
import { prepare } from './prepare.ts'

/** Characters that are tokenized in one go: a few ms. */
const sliceChars = 16_384

/** The tokens of a text; `special` lets what looks like a control token be one. The event loop runs between slices. */
export async function tokenize({ model }: Ready, text: string, special: boolean, signal: AbortSignal) {
  if (text.length <= sliceChars) return model.tokenize(text, special)
  const tokens: Token[][] = []
  for (let start = 0; start < text.length;) {
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
    const end = sliceEnd(text, start)
    tokens.push(model.tokenize(text.slice(start, end), special, ...(start === 0 ? [] : ['trimLeadingSpace' as const])))
    start = end
  }
  return tokens.flat()
}

/** Words stay whole where there are some, and pairs of surrogates always. */
function sliceEnd(text: string, start: number): number {
  const most = start + sliceChars
  if (most >= text.length) return text.length
  const space = Math.max(text.lastIndexOf(' ', most), text.lastIndexOf('\n', most))
  if (space > start) return space
  const isLow = /[\uDC00-\uDFFF]/u.test(text.charAt(most))
  return isLow ? most - 1 : most
}

/** The text of tokens. @throws AppError `invalid_input` for numbers that are none of this model */
export function detokenize({ model }: Ready, tokens: readonly number[]): string {
  const vocabulary = vocabularySize(model)
  const foreign = tokens.find((token) => token >= vocabulary || token < 0 || !Number.isInteger(token))
  if (foreign !== undefined) {
    throw new AppError({
      code: 'invalid_input',
      message: `${foreign} is not a token of this model.`,
      suggestion: `Send whole numbers from 0 to ${vocabulary - 1}.`,
      data: { parameter: 'tokens' },
    })
  }
  return model.detokenize(tokens as Token[], true) // checked
}

/** A conversation as its template makes it. @throws AppError of the form, the template or the prompt */
export async function renderRequest(
  ready: Ready,
  writer: Writer,
  request: EngineRequest,
  signal: AbortSignal,
): Promise<{ text: string; tokens: number }> {
  const { prompt } = await prepare(ready, writer, request, signal)
  return { text: prompt.text ?? ready.model.detokenize(prompt.tokens, true), tokens: prompt.tokens.length }
}
