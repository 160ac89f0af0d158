import { describe, expect, it } from 'vitest'
import { parseModelfile } from './parse.ts'

const read = (text: string) => {
  const { modelfile, problems } = parseModelfile(text)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!modelfile) throw new Error('nothing was read')
  return modelfile
}
const firstProblem = (text: string) => parseModelfile(text).problems[0]

describe('a Modelfile', () => {
  it('of a tutorial is read whole', () => {
    const modelfile = read(`# 我的助手
FROM phi4-mini

PARAMETER temperature 0.3
PARAMETER context_length 4096
PARAMETER num_gpu 1
PARAMETER stop "<|end|>"
PARAMETER stop "User: "

SYSTEM """你是一个医疗助手。
请用中文回答。"""
TEMPLATE """{{ .System }}
User: {{ .Prompt }}
Assistant: """
MESSAGE user Is 2 even?
MESSAGE assistant "Yes."
FILE ./guidelines.txt
FILE ./protocols.pdf
ADAPTER ./lora.gguf
LICENSE MIT
LICENSE """Apache
2.0"""
REQUIRES 0.14.0
`)
    expect(modelfile).toEqual({
      from: 'phi4-mini',
      parameters: [
        { name: 'temperature', value: '0.3' },
        { name: 'context_length', value: '4096' },
        { name: 'num_gpu', value: '1' },
        { name: 'stop', value: '<|end|>' },
        { name: 'stop', value: 'User: ' },
      ],
      system: '你是一个医疗助手。\n请用中文回答。',
      template: '{{ .System }}\nUser: {{ .Prompt }}\nAssistant: ',
      messages: [
        { role: 'user', content: 'Is 2 even?' },
        { role: 'assistant', content: 'Yes.' },
      ],
      files: ['./guidelines.txt', './protocols.pdf'],
      adapters: ['./lora.gguf'],
      licences: ['MIT', 'Apache\n2.0'],
      requires: '0.14.0',
      renderer: null,
      parser: null,
      draft: null,
    })
  })

  it.each([
    ['instructions in any case', 'from a\nSyStEm Be brief.', 'Be brief.'],
    ['a value to the end of the line, trimmed', 'FROM a\nSYSTEM \t Be brief.  \t', 'Be brief.'],
    ['a # inside a value', 'FROM a\nSYSTEM # is a hash', '# is a hash'],
    ['indented instructions and comments', '  # note\n\tFROM a\n  SYSTEM x', 'x'],
    ['marks over several lines', 'FROM a\nSYSTEM "one\ntwo"', 'one\ntwo'],
    ['white space behind the mark that closes', 'FROM a\nSYSTEM """one\ntwo""" \t\n', 'one\ntwo'],
    ['marks inside marks, up to the end of the line', 'FROM a\nSYSTEM "He said "hi""', 'He said "hi"'],
    ['a comment inside marks as text', 'FROM a\nSYSTEM """\n# not a comment\n"""', '\n# not a comment\n'],
    ['white space inside marks', 'FROM a\nSYSTEM "  x  "  ', '  x  '],
    ['an empty value between marks', 'FROM a\nSYSTEM ""', ''],
    ['backslashes as they are', 'FROM a\nSYSTEM "a\\n"', 'a\\n'],
    ['an apostrophe as a letter', "FROM a\nSYSTEM 'x'", "'x'"],
    ['lines of Windows', 'FROM a\r\nSYSTEM """one\r\ntwo"""\r\n', 'one\ntwo'],
    ['a byte order mark', '\uFEFFFROM a\nSYSTEM x', 'x'],
    ['no newline at its end', 'FROM a\nSYSTEM x', 'x'],
  ])('may have %s', (_, text, system) => expect(read(text)).toMatchObject({ from: 'a', system }))

  it.each([
    ['nothing', '', 1, 1, /FROM is missing/],
    ['only comments', '# FROM a', 1, 1, /FROM is missing/],
    ['an unknown instruction', 'FROM a\n  FORM b', 2, 3, /unknown instruction 'form'/],
    ['text where an instruction belongs', 'FROM a\nSYSTEM x\n你好', 3, 1, /an instruction should stand here/],
    ['an unknown parameter', 'FROM a\nPARAMETER tempreature 1', 2, 11, /unknown parameter 'tempreature'/],
    ['a parameter of the prototype', 'FROM a\nPARAMETER __proto__ 1', 2, 11, /unknown parameter '__proto__'/],
    ['a parameter of the wrong type', 'FROM a\nPARAMETER num_ctx lots', 2, 19, /num_ctx takes a whole number/],
    ['a number that is none', 'FROM a\nPARAMETER top_p 0.9.1', 2, 17, /top_p takes a number/],
    ['a parameter without a value', 'FROM a\nPARAMETER top_p', 2, 16, /needs a value/],
    ['an instruction without a value', 'FROM a\nSYSTEM', 2, 7, /SYSTEM needs a value/],
    ['a role that there is not', 'FROM a\nMESSAGE tool x', 2, 9, /system, user or assistant/],
    ['no semantic version', 'FROM a\nREQUIRES soon', 2, 10, /1\.2\.3/],
    ['a mark that is never closed', 'FROM a\nSYSTEM "x', 2, 8, /never closed/],
    ['three marks that are never closed', 'FROM a\nTEMPLATE """x\ny"\n""', 2, 10, /never closed/],
    ['FROM twice', 'FROM a\nFROM b', 2, 1, /FROM stands here again/],
    ['an empty FROM', 'FROM ""', 1, 6, /FROM needs/],
  ])('with %s is refused with its place', (_, text, line, column, message) => {
    expect(parseModelfile(text).modelfile).toBeNull()
    expect(firstProblem(text)).toMatchObject({
      line,
      column,
      severity: 'error',
      message: expect.stringMatching(message),
    })
  })

  it('tells every mistake, not only the first', () => {
    const { problems } = parseModelfile('FORM a\nPARAMETER x 1\nSYSTEM ok\nMESSAGE me hi')
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [2, 11],
      [4, 9],
    ])
  })

  it.each(['mirostat 2', 'mirostat_tau 5', 'penalize_newline true', 'low_vram true', 'f16_kv true'])(
    'that names the old parameter %s is taken without it, and says so',
    (parameter) => {
      const { modelfile, problems } = parseModelfile(`FROM a\nPARAMETER ${parameter}`)
      expect(modelfile?.parameters).toEqual([])
      expect(problems).toMatchObject([{ line: 2, column: 11, severity: 'warning' }])
    },
  )

  it('that says SYSTEM twice means the last one, and says so', () => {
    const { modelfile, problems } = parseModelfile('FROM a\nSYSTEM one\nSYSTEM two')
    expect(modelfile?.system).toBe('two')
    expect(problems).toMatchObject([{ line: 3, column: 1, severity: 'warning' }])
  })

  it.each([
    ['marks', `FROM a\nSYSTEM "${'" '.repeat(500_000)}`],
    ['lines of marks', `FROM a\nSYSTEM """\n${'"" \n'.repeat(300_000)}`],
    ['spaces', `FROM${' '.repeat(1_000_000)}a\n${' '.repeat(1_000_000)}`],
    ['digits', `FROM a\nPARAMETER top_p ${'1'.repeat(1_000_000)}x`],
    ['a version', `FROM a\nREQUIRES ${'1.'.repeat(500_000)}`],
    ['nonsense', 'x y\n'.repeat(300_000)],
    ['newlines', '\n'.repeat(1_000_000)],
  ])('of a million %s is judged before anyone grows impatient, with few words', (_, text) => {
    // A parser with a backtracking pattern would need hours: the runner's own time limit is what fails then.
    const { problems } = parseModelfile(text)
    expect(problems.length).toBeLessThanOrEqual(100)
    for (const { message } of problems) expect(message.length).toBeLessThan(400)
  })
})
