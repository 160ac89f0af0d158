import type { Route } from '../context.ts'
import { createDocument } from './document.ts'
import { createPage, PAGE_POLICY } from './page.ts'

/** The API reference, of the routes that there are and of its own two. */
export function referenceRoutes(others: readonly Route[], version: string): Route[] {
  const own: Route[] = [
    { path: '/openapi.json', scope: 'inference', methods: { GET: (c) => c.json(document()) } },
    {
      path: '/docs',
      scope: 'inference',
      methods: {
        GET: (c) =>
          c.html(createPage(document(), new URL(c.req.url).origin), 200, {
            'content-security-policy': PAGE_POLICY,
          }),
      },
    },
  ]
  // Made when it is first asked for: a start has better things to do.
  let made: ReturnType<typeof createDocument> | undefined
  const document = () => (made ??= createDocument([...others, ...own], version))
  return own
}
