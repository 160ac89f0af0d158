import { expect, it } from 'vitest'
import { allowedLink } from './link-policy.ts'

it.each(['https://example.com/a?b=c', 'http://127.0.0.1:8080/', 'mailto:a@example.com'])('%s may be opened', (href) => {
  expect(allowedLink(href)).toBe(href)
})

it.each([
  'javascript:alert(1)',
  ' JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>1</script>',
  'file:///etc/passwd',
  'app://hearth/index.html',
  'vbscript:x',
  '/relative',
  '#/settings',
  '',
  undefined,
])('%j may not', (href) => {
  expect(allowedLink(href)).toBeNull()
})
