import { describe, expect, it } from 'vitest'
import { modelFixture } from '../../models/model.testing.ts'
import { offeredTemplate } from './go-template.ts'

const SAID = ['Hello', 'Hello. What can I do for you?', 'Tell me the time.']

/** How a model's template writes a conversation. */
interface Style {
  begin?: string
  system: (text: string) => string
  user: (text: string) => string
  assistant: (text: string) => string
  /** Said where nobody gives a system prompt. */
  usual?: string
}

const chatMl = (usual?: string): Style => ({
  system: (text) => `<|im_start|>system\n${text}<|im_end|>\n`,
  user: (text) => `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`,
  assistant: (text) => `${text}<|im_end|>\n`,
  ...(usual === undefined ? {} : { usual }),
})

/** Renders as the model does, and Go templates of the one shape that is made here as Ollama does. */
function previews(style: Style, goIsDifferent = false) {
  return async ({ template, system }: { template: string | null; system: string | null }) => {
    const [first = '', answer = '', second = ''] = SAID
    if (template === null) {
      const opening = system ?? style.usual
      const begin = (style.begin ?? '') + (opening === undefined ? '' : style.system(opening))
      return { text: begin + style.user(first) + style.assistant(answer) + style.user(second), tokens: null }
    }
    const [, before = '', between = '', bare = '', afterPrompt = '', end = ''] =
      /^\{\{ if \.System \}\}(.*)\{\{ \.System \}\}(.*)\{\{ else \}\}(.*)\{\{ end \}\}\{\{ \.Prompt \}\}(.*)\{\{ \.Response \}\}(.*)$/s.exec(
        template,
      ) ?? []
    const beginning = system === null ? bare : before + system + between
    const turns = first + afterPrompt + answer + end + bare + second + afterPrompt
    return { text: beginning + turns + (goIsDifferent ? '!' : ''), tokens: null }
  }
}

const made = (style: Style, goIsDifferent = false) =>
  offeredTemplate({ previewTemplate: previews(style, goIsDifferent) }, modelFixture())

describe('the template that is offered', () => {
  it('is made of what the model’s own does', async () => {
    expect(await made(chatMl())).toEqual({
      template:
        '{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n<|im_start|>user\n{{ else }}<|im_start|>user\n{{ end }}{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n{{ .Response }}<|im_end|>\n',
      system: null,
    })
  })

  it('leaves the token of the beginning to the program that reads it', async () => {
    const { template } = await made({ ...chatMl(), begin: '<|begin_of_text|>' })
    expect(template).not.toContain('begin_of_text')
  })

  it('comes with the system prompt that the model’s own says of itself', async () => {
    const { template, system } = await made(chatMl('You are Smol.'))
    expect(system).toBe('You are Smol.')
    expect(template).toContain('{{ .System }}')
  })

  it.each([
    ['does something else with it', made(chatMl(), true)],
    [
      'opens its answers in two ways',
      made({ ...chatMl(), user: (text) => (text === 'Hello' ? `A${text}B` : `A${text}C`) }),
    ],
    ['holds what means something to Go', made({ ...chatMl(), system: (text) => `{{${text}}}` })],
    ['leaves texts out', made({ ...chatMl(), system: () => '' })],
  ])('is none where that %s', async (_, offered) => {
    expect(await offered).toEqual({ template: null, system: null })
  })

  it('is none where rendering fails, and for models that make vectors', async () => {
    const previewTemplate = () => Promise.reject(new Error('refused'))
    const nothing = { template: null, system: null }
    expect(await offeredTemplate({ previewTemplate }, modelFixture())).toEqual(nothing)
    expect(await offeredTemplate({ previewTemplate }, modelFixture({ facts: { kind: 'embedding' } }))).toEqual(nothing)
  })

  it('is the one that came with the model, where there was one', async () => {
    const previewTemplate = () => Promise.reject(new Error('not asked'))
    const origin = { modelfile: 'FROM x\nTEMPLATE "{{ .Prompt }}"', from: 'x', messages: [], notObeyed: [] }
    const offered = await offeredTemplate({ previewTemplate }, modelFixture({ made: origin }))
    expect(offered.template).toBe('{{ .Prompt }}')
    const defaults = { ...modelFixture().defaults, goTemplate: '{{ .System }}', system: 'S' }
    expect(await offeredTemplate({ previewTemplate }, modelFixture({ made: origin, defaults }))).toEqual({
      template: '{{ .System }}',
      system: 'S',
    })
  })
})
