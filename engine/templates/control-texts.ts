import type { LlamaModel, Token } from 'node-llama-cpp'

/** Types of tokens in a GGUF's vocabulary. */
const unknown = 2
const control = 3
const userDefined = 4

const found = new WeakMap<LlamaModel, string[]>()

/** Texts that stand for control tokens where special tokens are parsed. Found once for each model. */
export function controlTexts(model: LlamaModel): string[] {
  const known = found.get(model)
  if (known !== undefined) return known
  const vocabulary = model.fileInfo.metadata.tokenizer?.ggml
  const tokens = vocabulary?.tokens ?? []
  const types = vocabulary?.token_type ?? []
  const texts: string[] = []
  for (let token = 0; token < tokens.length; token++) {
    const text = tokens[token]
    if (typeof text === 'string' && text !== '' && isControl(model, token, types[token])) texts.push(text)
  }
  found.set(model, texts)
  return texts
}

/** llama.cpp makes control tokens of some that the file calls something else, as `<|im_end|>`. */
function isControl(model: LlamaModel, token: number, type: number | undefined): boolean {
  if (type === control || type === unknown) return true
  return type === userDefined && model.getTokenAttributes(token as Token).control // an index of the vocabulary
}
