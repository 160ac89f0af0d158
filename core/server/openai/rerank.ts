import { z } from 'zod'
import { carryOut } from '../answering/answer.ts'
import { findModel } from '../answering/models.ts'
import { fieldsOf, parse } from '../answering/parameters.ts'
import { PRIORITY_HEADER, priorityOf } from '../answering/priority.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'

export const Body = z.object({
  model: z.string().min(1),
  query: z.string().min(1),
  documents: z
    .array(
      z.union([z.string(), z.object({ text: z.string() })], { error: 'must be a string or an object with `text`' }),
    )
    .min(1)
    .max(2048),
  top_n: z.int().min(1).optional(),
  return_documents: z.boolean().optional(),
})

/** `POST /v1/rerank`, as Jina, Cohere and vLLM have it: documents by how well they answer the query. */
export function rerank(deps: Pick<ServerDeps, 'rerank'>, jobs: Jobs): ServerHandler {
  return async (c) => {
    const body = parse(Body, fieldsOf(await readJson(c.req.raw)))
    c.get('record').setModel(body.model)
    const model = findModel(c, body.model)
    const priority = priorityOf(c.req.header(PRIORITY_HEADER))
    const documents = body.documents.map((one) => (typeof one === 'string' ? one : one.text))
    return carryOut(c, jobs, { input: 'documents' }, async (signal) => {
      const request = { model: model.name, query: body.query, documents, priority, actor: c.get('caller').actor }
      const { scores, tokens } = await deps.rerank(request, signal)
      const results = scores
        .map((relevance_score, index) => ({
          index,
          relevance_score,
          ...(body.return_documents === true ? { document: { text: documents[index] } } : {}),
        }))
        .toSorted((a, b) => b.relevance_score - a.relevance_score)
        .slice(0, body.top_n)
      return { model: body.model, results, usage: { prompt_tokens: tokens, total_tokens: tokens } }
    })
  }
}
