import { describe, expect, it } from 'vitest'
import { loadHighlight } from './highlight.ts'
import { grammarFor } from './highlight-languages.ts'

describe('highlighting', () => {
  it('knows languages by the names that models give them', () => {
    expect(['Python', 'py', 'SH', 'c++', 'yml'].map(grammarFor)).toEqual(['python', 'python', 'bash', 'cpp', 'yaml'])
    expect(grammarFor('constructor')).toBeNull()
  })

  it('keeps every character of the code', async () => {
    const code = 'def f(x):\n    # why\n    return "a" + x\n'
    const highlight = await loadHighlight('python')
    const lines = highlight?.(code) ?? []
    expect(lines.map((line) => line.map((token) => token.text).join('')).join('\n')).toBe(code)
  })

  it('colours by the variables of the theme, so that both themes fit', async () => {
    const highlight = await loadHighlight('python')
    const [line = []] = highlight?.('x = 20 # why') ?? []
    const colours = new Map(line.map((token) => [token.text.trim(), token.color]))
    expect(colours.get('20')).toBe('var(--shiki-token-constant)')
    expect(line.filter((token) => token.text.includes('=')).map((token) => token.color)).toEqual([null])
  })

  it('is absent for a language that is not packaged', async () => {
    expect(await loadHighlight('brainfuck')).toBeNull()
  })
})
