import type { LlamaModel } from 'node-llama-cpp'
import type { LoadOptions } from '../../shared/process/engine.ts'
import { createEmbedder, type Embedder } from '../embed.ts'
import { createReranker, type Reranker } from '../rerank.ts'

/** What embeds and reranks; made at the first use, because each takes memory of its own. */
export interface Vectors {
  embedder(): Promise<Embedder>
  reranker(): Promise<Reranker>
}

export function createVectors(model: LlamaModel, options: LoadOptions): Vectors {
  return {
    embedder: onceWell(() => createEmbedder(model, options)),
    reranker: onceWell(() => createReranker(model, options)),
  }
}

/** Makes something once, and tries again after a failure. */
function onceWell<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null
      throw error
    })
    return made
  }
}
