import { describe, expect, it } from 'vitest'
import { capabilitiesOf, isTextOnlyHere } from './capabilities.ts'
import { libraryModel } from '../../lib/model.testing.ts'

const withTemplate = (chatTemplate: string | null) => libraryModel('a', { facts: { chatTemplate } })

describe('capabilitiesOf', () => {
  it('is chat for a plain template or none', () => {
    expect(capabilitiesOf(withTemplate(null))).toEqual(['chat'])
    expect(capabilitiesOf(withTemplate('{{ messages[0].content }}'))).toEqual(['chat'])
  })

  it('sees tools and thinking in the template', () => {
    expect(capabilitiesOf(withTemplate('{% if tools %}…{% endif %}'))).toEqual(['chat', 'tools'])
    expect(capabilitiesOf(withTemplate('{% if enable_thinking %}'))).toEqual(['chat', 'thinking'])
  })

  it('goes by the template that is in force', () => {
    const model = withTemplate('{% if tools %}')
    expect(capabilitiesOf({ ...model, defaults: { ...model.defaults, template: 'plain' } })).toEqual(['chat'])
  })

  it('reads a template of a Modelfile too', () => {
    const model = withTemplate(null)
    const goTemplate = '{{ if .Tools }}{{ .Tools }}{{ end }}'
    expect(capabilitiesOf({ ...model, defaults: { ...model.defaults, goTemplate } })).toEqual(['chat', 'tools'])
  })

  it('believes what was tried more than the template', () => {
    const conformance = {
      testedAt: 0,
      engine: '1',
      json: true,
      tools: 'none' as const,
      parallelTools: false,
      thinking: true,
      stopStrings: true,
      details: [],
    }
    const model = { ...withTemplate('{% if tools %}'), conformance }
    expect(capabilitiesOf(model)).toEqual(['chat', 'thinking'])
    expect(capabilitiesOf({ ...model, conformance: { ...conformance, tools: 'constrained', thinking: null } })).toEqual(
      ['chat', 'tools'],
    )
  })

  it('says nothing else of an embedding model', () => {
    expect(capabilitiesOf(libraryModel('a', { facts: { kind: 'embedding', chatTemplate: 'tools' } }))).toEqual([
      'embedding',
    ])
  })
})

describe('isTextOnlyHere', () => {
  it('is said where a projector came along', () => {
    const file = { path: '/m/p.gguf', sizeBytes: 1, sha256: null, owned: true }
    expect(isTextOnlyHere({ files: [{ ...file, role: 'weights' }] })).toBe(false)
    expect(isTextOnlyHere({ files: [{ ...file, role: 'projector' }] })).toBe(true)
  })
})
