import type { Token } from 'node-llama-cpp'
import type { ModelTokens } from '../model-tokens.ts'
import { Detokenizer } from './detokenizer.ts'

/** Turns the tokens of an answer into text. */
export interface TokenText {
  push(token: Token): string
  flush(): string
}

/**
 * Control tokens have no text, but for those that are part of one of the markers, such as `<think>`.
 *
 * @param before the tokens of the prompt
 */
export function createTokenText(
  model: Pick<ModelTokens, 'detokenize' | 'controlText'>,
  before: readonly Token[],
  markers: readonly string[],
): TokenText {
  const detokenizer = new Detokenizer<Token>((tokens, previous) => model.detokenize(tokens, previous), before)
  return {
    push(token) {
      const control = model.controlText(token)
      if (control === null) return detokenizer.push(token)
      const shown = control !== '' && markers.some((marker) => marker.includes(control)) ? control : ''
      return detokenizer.flush() + shown
    },
    flush: () => detokenizer.flush(),
  }
}
