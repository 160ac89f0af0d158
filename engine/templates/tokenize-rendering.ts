import { LlamaText, SpecialTokensText, type LlamaModel, type Token, type Tokenizer } from 'node-llama-cpp'
import { controlTexts } from './control-texts.ts'
import { controlPattern, type GuardedRendering } from './guard.ts'

/**
 * Tokens of a rendered conversation: what the template wrote with control tokens, what people wrote without. Text in
 * which people wrote none is tokenized in one piece, as llama-server does it.
 */
export function tokenizeRendering(model: LlamaModel, rendering: GuardedRendering): Token[] {
  return withBos(model, pieces(rendering, controlTexts(model), model.tokenizer))
}

/** Text as it stands as tokens, control tokens included, with what the model wants at the beginning of every input. */
export function tokenizePrompt(model: LlamaModel, prompt: string): Token[] {
  return withBos(model, model.tokenize(prompt, true))
}

export function withBos(model: Pick<LlamaModel, 'tokens'>, tokens: Token[]): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens
  return bos !== null && shouldPrependBosToken && tokens[0] !== bos ? [bos, ...tokens] : tokens
}

function pieces({ text, foreign }: GuardedRendering, controls: readonly string[], tokenizer: Tokenizer): Token[] {
  if (foreign.length === 0) return tokenizer(text, true)
  const parts: (string | SpecialTokensText)[] = []
  let at = 0
  let range = 0
  for (const { 0: control, index } of text.matchAll(controlPattern(controls, 'g'))) {
    const end = index + control.length
    while ((foreign[range]?.[1] ?? Infinity) <= index) range++
    if ((foreign[range]?.[0] ?? Infinity) >= end) continue
    if (index > at) parts.push(new SpecialTokensText(text.slice(at, index)))
    parts.push(control)
    at = end
  }
  if (at === 0) return tokenizer(text, true)
  if (at < text.length) parts.push(new SpecialTokensText(text.slice(at)))
  return LlamaText(parts).tokenize(tokenizer)
}
