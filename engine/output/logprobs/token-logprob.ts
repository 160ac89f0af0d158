import type { Token } from 'node-llama-cpp'
import type { TokenLogprob } from '../../../shared/domain/generation.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import type { ModelTokens } from '../model-tokens.ts'

/** Ways to write bytes of characters that are not whole; see {@link tokenBytes}. */
export interface TokenBytes {
  /** Text as people see it, and the bytes of UTF-8 that the token really stands for. */
  of(token: Token): { token: string; bytes: number[] }
}

/**
 * What a token of an answer was worth, from what `reportLogprobs` makes the sequence yield.
 *
 * @throws AppError `internal` when it yielded something else
 */
export function tokenLogprob(bytes: TokenBytes, token: Token, probabilities: unknown, top: number): TokenLogprob {
  if (!(probabilities instanceof Map)) throw missing()
  const logprobs = probabilities as ReadonlyMap<Token, number> // keyed by token, as the library's type says
  const logprob = logprobs.get(token)
  if (logprob === undefined || logprob > 1e-3) throw missing()
  return {
    ...bytes.of(token),
    logprob: Math.min(0, logprob),
    top: [...logprobs]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, top)
      .map(([other, value]) => ({ ...bytes.of(other), logprob: Math.min(0, value) })),
  }
}

function missing(): AppError {
  return new AppError({
    code: 'internal',
    message: 'The engine gave no log probabilities.',
    suggestion: 'Send the request without logprobs.',
  })
}

/**
 * The bytes of each token. Vocabularies of the GPT-2 kind write each byte as a character of its own; those of the
 * SentencePiece kind write single bytes as `<0x0A>` and a space as `▁`.
 *
 * @param raw the vocabulary as the file has it; undefined where it is not known
 */
export function tokenBytes(
  model: Pick<ModelTokens, 'detokenize' | 'controlText'>,
  raw: ((token: Token) => string | undefined) | null,
  isByteLevel: boolean,
): TokenBytes {
  const known = new Map<Token, { token: string; bytes: number[] }>()
  return {
    of(token) {
      const before = known.get(token)
      if (before !== undefined) return before
      const text = model.controlText(token) ?? model.detokenize([token], [])
      const entry = {
        token: text,
        bytes: text.includes('\uFFFD') ? bytesOf(raw?.(token), isByteLevel, text) : utf8(text),
      }
      known.set(token, entry)
      return entry
    },
  }
}

function bytesOf(raw: string | undefined, isByteLevel: boolean, text: string): number[] {
  if (raw === undefined) return utf8(text)
  const single = /^<0x([0-9A-Fa-f]{2})>$/.exec(raw)?.[1]
  if (single !== undefined) return [Number.parseInt(single, 16)]
  if (!isByteLevel) return utf8(text)
  return [...raw].flatMap((character) => byteOfCharacter.get(character) ?? utf8(character))
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)]
}

/** GPT-2's table: bytes that can be printed are themselves, the others follow from U+0100 on. */
const byteOfCharacter: ReadonlyMap<string, number> = new Map(byteCharacters())

function byteCharacters(): [string, number][] {
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    return [String.fromCodePoint(printable ? byte : next++), byte]
  })
}
