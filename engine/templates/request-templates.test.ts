import { describe, expect, it, vi } from 'vitest'
import { createRequestTemplates } from './request-templates.ts'
import type { ChatTemplate } from './template.ts'

function setUp() {
  const closed: string[] = []
  const open = vi.fn(async (text: string) => {
    if (text === 'bad') throw new Error('no template')
    // Only what is looked at.
    return { close: async () => void closed.push(text) } as ChatTemplate
  })
  return { closed, open, templates: createRequestTemplates(open) }
}

describe('templates of requests', () => {
  it('are opened once while they are used again and again', async () => {
    const { open, templates } = setUp()
    await Promise.all([templates.use('a', async () => 1), templates.use('a', async () => 2)])
    expect(await templates.use('a', async () => 3)).toBe(3)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('are closed when others were used since, but never in use', async () => {
    const { closed, templates } = setUp()
    let leave = () => {}
    const busy = templates.use('busy', () => new Promise<void>((resolve) => (leave = resolve)))
    for (const text of ['a', 'b', 'c', 'd', 'e']) await templates.use(text, async () => {})
    await vi.waitFor(() => expect(closed).toEqual(['a', 'b']))
    leave()
    await busy
    await templates.use('f', async () => {})
    await vi.waitFor(() => expect(closed).toEqual(['a', 'b', 'busy']))
  })

  it('that can not be opened are tried anew', async () => {
    const { open, templates } = setUp()
    for (let i = 0; i < 2; i++) await expect(templates.use('bad', async () => {})).rejects.toThrow('no template')
    expect(open).toHaveBeenCalledTimes(2)
  })
})
