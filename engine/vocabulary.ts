import type { LlamaModel } from 'node-llama-cpp'

/** How many tokens the model knows; their numbers begin at 0. */
export function vocabularySize(model: Pick<LlamaModel, 'fileInfo'>): number {
  return model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0
}
