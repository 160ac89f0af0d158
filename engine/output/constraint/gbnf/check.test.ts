import { describe, expect, it } from 'vitest'
import { checkGrammar } from './check.ts'

function refusal(grammar: string): string {
  try {
    checkGrammar(grammar)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'taken'
}

describe('a grammar of a person', () => {
  it('is taken when it is sound', () => {
    expect(
      refusal('root ::= greeting (" " name)? "!" # a comment\nname ::= [A-Z] [a-z]{1,20}\ngreeting ::= "Hi" | "Hello"'),
    ).toBe('taken')
    expect(refusal('root ::= item{2,3} | (\n "a"\n | "b" )* "\\n\\x41\\u00e9"\nitem ::= [^"\\\\\\]-] .')).toBe('taken')
  })

  it.each([
    ['an unknown rule', 'root ::= missing', 'no rule named missing'],
    ['no root', 'answer ::= "a"', 'no rule named root'],
    ['an open quote', 'root ::= "a', 'unexpected end'],
    ['an open group', 'root ::= ("a"', "expected ')'"],
    ['no definition', 'root "a"', 'expected ::='],
    ['an unknown escape', 'root ::= "\\q"', 'unknown escape'],
    ['nothing to repeat', 'root ::= * "a"', 'nothing to repeat'],
    ['a plain left recursion', 'root ::= root "a" | "a"', 'left recursion'],
    // llama.cpp does not see these two and would never come back.
    ['a left recursion behind an empty rule', 'root ::= a root "x" | "y"\na ::= b\nb ::= "z"?', 'left recursion'],
    ['an endless repetition of nothing', 'root ::= a* "x"\na ::= b\nb ::= | "y"', 'without end'],
    ['a repetition beyond memory', `root ::= "${'a'.repeat(3000)}"{2000}`, 'repetitions of too much'],
    ['a million repetitions', 'root ::= "a"{1000000}', 'more than 2000'],
    ['groups without end', `root ::= ${'('.repeat(100_000)}`, 'groups in each other'],
    ['a zero byte', 'root ::= "a"\0', 'zero byte'],
    ['too much text', `root ::= "${'a'.repeat(600_000)}"`, 'longer than'],
  ])('is refused for %s', (_, grammar, detail) => {
    expect(refusal(grammar)).toContain(detail)
  })

  it('is refused when it has more ways to begin than can be walked', () => {
    const levels = Array.from({ length: 30 }, (_, level) => `r${level} ::= r${level + 1} | r${level + 1} "x"`)
    expect(refusal(`root ::= r0\n${levels.join('\n')}\nr30 ::= "a"`)).toContain('ways to begin')
  })

  it('tells the line', () => {
    expect(refusal('root ::= a\na ::= "x" %')).toContain('line 2')
  })
})
