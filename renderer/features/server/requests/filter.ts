import type { ServerRequest } from '../../../../shared/domain/server.ts'

/** The requests that have every word of the query in their method, path, model, status or key. */
export function filterRequests(requests: readonly ServerRequest[], query: string): readonly ServerRequest[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return requests
  return requests.filter((request) => {
    const { method, path, model, status, keyName } = request
    const text = [method, path, model, status, keyName]
      .filter((part) => part !== null)
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
