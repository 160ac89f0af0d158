import { describe, expect, it } from 'vitest'
import type { PromptMessage } from '../../../shared/domain/generation.ts'
import type { Conversation } from '../conversation.ts'
import { compileJinja } from './jinja-template.ts'

const now = () => new Date(2026, 10, 2, 9, 5)
const compile = (source: string) => compileJinja(source, { bos: '<s>', eos: '</s>' }, now)
const say = (role: PromptMessage['role'], content: string): PromptMessage => ({ role, content })
const tool = {
  name: 'look',
  description: 'Looks <b>',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
}
const render = (source: string, conversation: Partial<Conversation> = {}) =>
  compile(source).render({ messages: [say('user', 'Hi')], tools: [], reasoning: 'auto', ...conversation }).text

const turns =
  '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}'
/** Refuses everything but user and assistant in turn, as Gemma's and Mistral's do. */
const strict =
  "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
  '{% for m in messages %}' +
  "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}" +
  "[{{ m['role'] }}]{{ m['content'] | trim }}{% endfor %}"
const withTools =
  '{% if tools %}{% for t in tools %}{{ t | tojson }}\n{% endfor %}{% endif %}{% for m in messages %}' +
  '{% if m.tool_calls %}{% for c in m.tool_calls %}<call>{{ c.function.name }} {{ c.function.arguments | tojson }}</call>' +
  '{% endfor %}{% elif m.role == "tool" %}<result>{{ m.content }}</result>{% else %}{{ m.role }}: {{ m.content }}{% endif %}{% endfor %}'
const called: PromptMessage[] = [
  say('user', 'Look'),
  { role: 'assistant', content: '', toolCalls: [{ id: 'call-1', name: 'look', arguments: '{"at": "it"}' }] },
  { role: 'tool', content: 'seen', toolCallId: 'call-1' },
]

describe('a Jinja chat template', () => {
  it('gets messages in order and opens the answer', () => {
    const messages = [say('system', 'Be brief.'), say('user', 'Hi')]
    expect(render(turns, { messages })).toBe('<|system|>Be brief.\n<|user|>Hi\n<|assistant|>')
  })

  it('tells where the opening of the answer begins', () => {
    const { text, openingAt } = compile(turns).render({ messages: [say('user', 'Hi')], tools: [], reasoning: 'auto' })
    expect(text.slice(openingAt)).toBe('<|assistant|>')
  })

  it('that knows no system role gets the system message with the first of the user', () => {
    const messages = [say('system', 'Be brief.'), say('user', 'Hi'), say('assistant', 'Yes?'), say('user', 'Bye')]
    expect(render(strict, { messages })).toBe('[user]Be brief.\nHi[assistant]Yes?[user]Bye')
  })

  it('that wants roles to alternate gets adjacent messages as one', () => {
    expect(render(strict, { messages: [say('user', 'one'), say('user', 'two')] })).toBe('[user]one\n\ntwo')
  })

  it('says in its own words what it refuses', () => {
    const messages = [say('assistant', 'I begin'), say('user', 'Hi')]
    expect(() => render(strict, { messages })).toThrow('Roles must alternate')
  })

  it('gets tools in the form of OpenAI, calls with their arguments as an object, and results', () => {
    expect(render(withTools, { messages: called, tools: [tool] })).toBe(
      '{"type": "function", "function": {"name": "look", "description": "Looks <b>", ' +
        '"parameters": {"type": "object", "properties": {"at": {"type": "string"}}}}}\n' +
        'user: Look<call>look {"at": "it"}</call><result>seen</result>',
    )
  })

  it('that joins the arguments to a text gets them as text', () => {
    const source =
      "{% for m in messages %}{% for c in m.tool_calls or [] %}{{ '```' + c['function']['arguments'] + '```' }}{% endfor %}{% endfor %}"
    expect(render(source, { messages: called })).toBe('```{"at": "it"}```')
  })

  it('that demands short ids of calls gets them, the same for call and result', () => {
    const source =
      '{% for m in messages %}{% if m.tool_calls %}{% for c in m.tool_calls %}{% if c.id | length != 9 %}' +
      "{{ raise_exception('nine letters') }}{% endif %}{{ c.id }} {% endfor %}{% endif %}{{ m.tool_call_id or '' }}{% endfor %}"
    const text = render(source, { messages: called })
    expect(text).toMatch(/^([a-z0-9]{9}) \1$/)
  })

  it('gets what was thought before', () => {
    const source = '{% for m in messages %}{{ m.reasoning_content }}/{{ m.content }};{% endfor %}'
    const messages: PromptMessage[] = [{ role: 'assistant', content: 'So.', reasoning: 'Because.' }]
    expect(render(source, { messages })).toBe('Because./So.;')
  })

  it.each([
    ['auto', 'true -'],
    ['on', 'true true'],
    ['off', 'false false'],
  ] as const)('is told of thinking: %s', (reasoning, expected) => {
    expect(render("{{ enable_thinking }} {{ thinking if thinking is defined else '-' }}", { reasoning })).toBe(expected)
  })

  it('knows the date, its tokens, namespaces, macros, loops with conditions and indented JSON', () => {
    expect(render("{{ strftime_now('%d %B %Y') }} {{ date_string }} {{ bos_token }}{{ eos_token }}")).toBe(
      '02 November 2026 02 Nov 2026 <s></s>',
    )
    expect(
      render(
        '{% set ns = namespace(n=0) %}{% for i in range(4) if i % 2 %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}',
      ),
    ).toBe('4')
    expect(render("{% macro f(x, y='b') %}{{ x }}{{ y }}{% endmacro %}{{ f('a') }}")).toBe('ab')
    expect(render('{{ {"a": [1]} | tojson(indent=2) }}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  })

  it('may loop over what is undefined, as in Python, and use lists as Kimi’s does', () => {
    expect(render('a{% for t in nothing %}x{% endfor %}b')).toBe('ab')
    expect(render('{% set q = [] %}{% set _ = q.append("x") %}{{ q.pop(0) }}{{ q | length }}')).toBe('x0')
    expect(render('{% for a, b in [("x", "y")] %}{{ a }}{{ b }}{% endfor %}')).toBe('xy')
    expect(render("{{ '{}-{}'.format('a', 'b') }}{{ [3, 2] | min }}")).toBe('a-b2')
  })

  it('is found to know tools, thinking, both or neither', () => {
    expect(compile(turns).abilities()).toEqual({ knowsTools: false, canSkipReasoning: false, mayReason: false })
    expect(compile(withTools).abilities()).toMatchObject({ knowsTools: true })
    const thinks = `${turns}{% if not enable_thinking %}<think></think>{% endif %}`
    expect(compile(thinks).abilities()).toMatchObject({ canSkipReasoning: true, mayReason: true })
  })

  it('that makes too long a text or list ends before it harms', () => {
    const doubling =
      "{% set ns = namespace(s='aaaaaaaa') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}"
    expect(() => render(doubling)).toThrow('memory')
    expect(() => render('{% for i in range(1000000000) %}{% endfor %}')).toThrow('range')
  })

  it('that is none is refused when it is read', () => {
    expect(() => compile('{% for message in %}')).toThrow()
  })
})
