import { setImmediate } from 'node:timers/promises'
import { LlamaVocabularyType, type LlamaModel } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { LoadOptions } from '../shared/process/engine.ts'
import { createGrowingContext, sizesFor } from './growing-context.ts'

/** Says how well documents answer a query. One call at a time computes; others wait for it. */
export interface Reranker {
  /**
   * A score of 0 to 1 for each document, in order, and the tokens that were read. An abort is obeyed between two
   * documents.
   *
   * @throws AppError `invalid_input` for an empty query or document, `context_overflow`, `out_of_memory`, or the
   *   signal's reason
   */
  rerank(
    query: string,
    documents: readonly string[],
    signal: AbortSignal,
  ): Promise<{ scores: number[]; tokens: number }>
  dispose(): Promise<void>
}

/**
 * Whether the library puts query and document before the model as the model was trained: it must have a head that
 * scores, and either be of the BERT kind (a pair with separators), or bring a template that begins and ends by itself.
 * With a template the library puts the token of the end at the beginning (3.22.1, `LlamaRankingContext.js`), and
 * without one it puts end tokens between the two that other models were never shown.
 */
export function canRerank(model: Pick<LlamaModel, 'fileInfo' | 'fileInsights' | 'tokens' | 'vocabularyType'>): boolean {
  if (!model.fileInsights.supportsRanking) return false
  const template = model.fileInfo.metadata.tokenizer?.['chat_template.rerank']
  const isPairKind =
    model.vocabularyType === LlamaVocabularyType.wpm || model.vocabularyType === LlamaVocabularyType.ugm
  if (typeof template !== 'string') return isPairKind
  return !isPairKind && !model.tokens.shouldPrependBosToken && !model.tokens.shouldAppendEosToken
}

/** @throws AppError `model_cannot_rerank` */
export async function createReranker(model: LlamaModel, options: LoadOptions): Promise<Reranker> {
  if (!canRerank(model)) {
    throw new AppError({
      code: 'model_cannot_rerank',
      message: 'This model does not score documents.',
      suggestion: 'Choose a reranking model.',
    })
  }
  const limit = Math.min(options.contextLength, model.trainContextSize)
  const contexts = createGrowingContext(limit, (tokens) =>
    model.createRankingContext({ ...sizesFor(tokens), threads: options.batchThreads }),
  )
  let last: Promise<unknown> = Promise.resolve()
  return {
    rerank(query, documents, signal) {
      const work = async () => {
        if (query.trim() === '') throw empty('The query is empty.', 'query')
        const scores: number[] = []
        let tokens = 0
        for (const [index, document] of documents.entries()) {
          // Lets the host's word to stop arrive.
          await setImmediate()
          signal.throwIfAborted()
          if (document.trim() === '') throw empty(`Document ${index + 1} is empty.`, 'documents')
          const length = (await contexts.fit(1)).calculateInputLength(query, document)
          if (length > limit) throw documentTooLong(index, length, limit)
          const context = await contexts.fit(length)
          if (options.backend === 'cpu') model.llama.maxThreads = options.batchThreads
          scores.push(await context.rank(query, document))
          tokens += length
        }
        return { scores, tokens }
      }
      const result = last.then(work)
      last = result.catch(() => undefined)
      return result
    },
    dispose: () => contexts.dispose(),
  }
}

function empty(message: string, parameter: string): AppError {
  return new AppError({
    code: 'invalid_input',
    message,
    suggestion: 'Leave out empty texts, or write something in them.',
    data: { parameter },
  })
}

function documentTooLong(index: number, tokens: number, limit: number): AppError {
  return new AppError({
    code: 'context_overflow',
    message: `The query and document ${index + 1} have ${tokens} tokens; this model takes ${limit}.`,
    suggestion: 'Split the document into shorter ones.',
    data: { tokens, contextLength: limit },
  })
}
