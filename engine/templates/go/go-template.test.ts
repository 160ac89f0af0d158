import { describe, expect, it } from 'vitest'
import type { PromptMessage } from '../../../shared/domain/generation.ts'
import type { Conversation } from '../conversation.ts'
import { compileGo } from './go-template.ts'

const now = () => new Date(2026, 10, 2)
const say = (role: PromptMessage['role'], content: string): PromptMessage => ({ role, content })
const render = (source: string, conversation: Partial<Conversation> = {}) =>
  compileGo(source, now).render({ messages: [say('user', 'Hello')], tools: [], reasoning: 'auto', ...conversation })
    .text
/** What an expression prints; the template knows `.Messages`. */
const print = (source: string, conversation?: Partial<Conversation>) =>
  render(`${source}{{ if false }}{{ .Messages }}{{ end }}`, conversation)

const chat = [say('system', 'Be brief.'), say('user', 'Hi <b>'), say('assistant', 'Hello.'), say('user', 'Bye')]
const tool = {
  name: 'get_weather',
  description: 'Weather <b>',
  parameters: {
    type: 'object',
    required: ['city'],
    properties: {
      unit: { type: 'string', enum: ['c', 'f'] },
      city: { type: 'string', description: 'City & "x"' },
      n: { type: ['integer', 'null'], description: 'N' },
    },
  },
}
const called: PromptMessage[] = [
  say('user', 'Weather?'),
  {
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'c1', name: 'get_weather', arguments: '{"unit":"c","city":"Ulm"}' }],
  },
  { role: 'tool', content: '{"t": 3}', toolCallId: 'c1' },
]

// What is expected here is what Ollama 0.17 renders with `_debug_render_only`.
describe('a Go template of a Modelfile', () => {
  it('that knows messages gets the conversation at once', () => {
    const source = `{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
`
    expect(render(source)).toBe('<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n')
    const joined = [say('system', 'A'), say('system', 'B'), say('user', 'one'), say('user', 'two')]
    expect(render(source, { messages: joined })).toBe(
      '<|im_start|>system\nA\n\nB<|im_end|>\n<|im_start|>user\none\n\ntwo<|im_end|>\n<|im_start|>assistant\n',
    )
  })

  it('of the older kind is rendered turn by turn, and ends where the answer begins', () => {
    const source =
      '{{ if .System }}<|system|>{{ .System }}\n{{ end }}{{ if .Prompt }}<|user|>{{ .Prompt }}\n{{ end }}<|assistant|>{{ .Response }}<|end|>\n'
    expect(render(source, { messages: chat })).toBe(
      '<|system|>Be brief.\n<|user|>Hi <b>\n<|assistant|>Hello.<|end|>\n<|user|>Bye\n<|assistant|>',
    )
    expect(render('[INST] {{ .System }} {{ .Prompt }} [/INST] {{ .Response }}</s>', { messages: chat })).toBe(
      '[INST] Be brief. Hi <b> [/INST] Hello.</s>[INST]  Bye [/INST] ',
    )
  })

  it('that says nothing of the answer ends with it', () => {
    expect(render('{{ .System }} {{ .Prompt }}', { messages: chat })).toBe('Be brief. Hi <b>Hello. Bye')
  })

  it('gets tools, calls and results', () => {
    const source = `{{ range $t := .Tools }}{{ $t.Function.Name }}({{ range $n, $p := $t.Function.Parameters.Properties }}{{ $n }}: {{ $p.Type }} {{ toTypeScriptType $p }} {{ $p.Enum }};{{ end }}) {{ .Function.Parameters.Required }}
{{ end }}{{ range .Messages }}{{ with .ToolCalls }}{{ range . }}[{{ .Function.Name }} {{ .Function.Arguments }}{{ range $k, $v := .Function.Arguments }} {{ $k }}={{ $v }}{{ end }}]{{ end }}{{ end }}{{ if eq .Role "tool" }}<{{ .Content }} {{ .ToolName }}>{{ end }}{{ end }}`
    expect(render(source, { messages: called, tools: [tool] })).toBe(
      'get_weather(city: string string [];n: [integer null] number | null [];unit: string string [c f];) [city]\n' +
        '[get_weather {"city":"Ulm","unit":"c"} city=Ulm unit=c]<{"t": 3} get_weather>',
    )
  })

  it('writes JSON as Go does', () => {
    expect(render('{{ .Tools }}{{ if .Messages }}{{ end }}', { tools: [tool] })).toBe(
      String.raw`[{"type":"function","function":{"name":"get_weather","description":"Weather \u003cb\u003e","parameters":` +
        String.raw`{"type":"object","required":["city"],"properties":{"city":{"type":"string","description":"City \u0026 \"x\""},` +
        String.raw`"n":{"type":["integer","null"],"description":"N"},"unit":{"type":"string","enum":["c","f"]}}}}}]`,
    )
  })

  it.each([
    ['{{ printf "%q|%5d|%-4s|%03d" "a" 7 "ab" 3 }}', '"a"|    7|ab  |003'],
    [String.raw`{{ "a\n\u00e9" }}{{ ${'`raw\\n`'} }}`, 'a\néraw\\n'],
    ['{{ not 0 }} {{ and 1 "" 2 }} {{ or 0 "x" }} {{ and }}', 'true  x '],
    ['{{ lt 1 2 }} {{ ge "b" "a" }} {{ eq "a" "b" "a" }} {{ ne 1 2 }}', 'true true true true'],
    ['{{ len "äö" }} {{ slice "abcdef" 1 3 }} {{ index .Messages 0 | len }}', null],
    ['{{ len "äö" }} {{ slice "abcdef" 1 3 }} {{ (index .Messages 0).Content }}', '4 bc Hello'],
    ['{{ html "<a>" }} {{ print 1 2 "x" }} {{ 3 | printf "%d" }}', '&lt;a&gt; 1 2x 3'],
    ['{{ template "t" "z" }}{{ define "t" }}<{{ . }}>{{ end }}{{ block "b" 5 }}B{{ . }}{{ end }}', '<z>B5'],
    ['a {{- 1 -}} b   {{ 2 }}\n\n  {{- 3 }}', 'a1b   23'],
    ['{{/* a comment */}}x{{- /* one */ -}}  y', 'xy'],
    ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}', '2'],
    ['{{ range $i, $e := .Tools }}{{ else }}none{{ end }}{{ with "" }}a{{ else with "b" }}{{ . }}{{ end }}', 'noneb'],
    ['{{ if false }}a{{ else if true }}b{{ else }}c{{ end }}', 'b'],
    [
      '{{ range $i := 4 }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ if eq $i 3 }}{{ break }}{{ end }}{{ $i }}{{ end }}',
      '02',
    ],
    ['{{ currentDate }} {{ yesterdayDate }}', '2026-11-02 2026-11-01'],
    ['{{ json "<a>" }} {{ $.Nothing }}', '"\\u003ca\\u003e" '],
  ])('prints %s', (source, expected) => {
    if (expected === null) expect(() => print(source)).toThrow('len:')
    else expect(print(source)).toBe(expected)
  })

  it.each([
    ['{{ range .Messages }}', 'line 1, column 4: the {{end}} of {{range}} is missing'],
    ['a\n{{ foo . }}', "line 2, column 4: there is no function 'foo'"],
    ['{{ range .Messages }}{{ .Foo }}{{ end }}', 'line 1, column 25: a message has no field Foo'],
    ['{{ $x }}', 'line 1, column 4: there is no variable $x'],
    ['{{ if }}x{{ end }}', 'line 1, column 7: a value is missing'],
    ['{{ "a', 'line 1, column 4'],
    ['{{ /* a', 'line 1, column 1: the comment is never closed'],
    ['{{ end }}', 'line 1, column 4: {{end}} belongs to nothing'],
    ['{{ break }}', 'outside of a range'],
    ['{{ eq 1 "a" }}', "can't be compared"],
    ['{{ index .Messages 7 }}', 'out of range'],
    ['{{ template "t" }}', 'there is no template "t"'],
  ])('says where %s is wrong', (source, message) => {
    expect(() => print(source)).toThrow(message)
  })

  it.each([
    '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
    '{{ $s := "aaaaaaaaaa" }}{{ range $i := 100 }}{{ $s = print $s $s }}{{ end }}{{ $s }}',
    '{{ range $i := 90000 }}{{ range $j := 90000 }}{{ end }}{{ end }}',
    '{{ range $i := 4000000 }}{{ end }}',
    '{{ ' + '('.repeat(10_000) + '1' + ')'.repeat(10_000) + ' }}',
    '{{ if 1 }}'.repeat(10_000),
  ])('that never ends or grows without bound is ended', (source) => {
    expect(() => print(source)).toThrow(/line 1, column/)
  })

  it('is told of thinking, and found to know of it and of tools', () => {
    const source =
      '{{ range .Messages }}{{ .Thinking }}{{ .Content }}{{ end }}{{ if and .IsThinkSet (not .Think) }}<think></think>{{ end }}{{ .ThinkLevel }}'
    expect(render(source, { reasoning: 'on' })).toBe('Hellomedium')
    expect(render(source, { reasoning: 'off' })).toBe('Hello<think></think>')
    expect(compileGo(source, now).abilities()).toEqual({ knowsTools: false, canSkipReasoning: true, mayReason: true })
    const tools =
      '{{ .Tools }}{{ range .Messages }}{{ .Content }}{{ range .ToolCalls }}{{ .Function.Arguments }}{{ end }}{{ end }}'
    expect(compileGo(tools, now).abilities()).toMatchObject({ knowsTools: true })
  })
})
