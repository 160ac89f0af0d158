import { describe, expect, it } from 'vitest'
import { nativeFormat, hermes } from './formats.ts'
import type { ToolFormat } from './format.ts'
import { createToolReader } from './reader.ts'
import { streams, tools } from './streams.testing.ts'

const sizes = [1, 2, 3, 5, 8, 13, 1000]

function read(format: ToolFormat, text: string, size: number, accept = true) {
  let ids = 0
  const reader = createToolReader({ format, tools, createId: () => `call_${++ids}`, onTrigger: () => accept })
  const found = []
  for (let at = 0; at < text.length; at += size) found.push(...reader.push(text.slice(at, at + size)))
  found.push(...reader.flush())
  let said = ''
  const calls: { id: string; name: string; arguments: string }[] = []
  for (const one of found) {
    if (one.kind === 'text') said += one.text
    else {
      const call = (calls[one.index] ??= { id: one.callId, name: one.name ?? '', arguments: '' })
      call.arguments += one.argumentsDelta ?? ''
    }
  }
  return { said, calls: calls.map(({ name, arguments: text }) => [name, parse(text)]) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return `not JSON: ${text}`
  }
}

describe('calls in the format of the model', () => {
  it.each(streams)('%s', (_, template, text, first) => {
    const format = nativeFormat(template)
    expect(format).not.toBeNull()
    for (const size of sizes) {
      expect(read(format ?? hermes, text, size), `in pieces of ${size}`).toEqual({
        said: '',
        calls: [
          ['get_weather', first],
          ['get', {}],
        ],
      })
    }
  })

  it('come after what is said before them', () => {
    for (const size of sizes) {
      expect(
        read(hermes, 'I look it up.\n\n<tool_call>{"name":"get","arguments":{"a":[1]}}</tool_call>', size),
      ).toEqual({
        said: 'I look it up.',
        calls: [['get', { a: [1] }]],
      })
    }
  })
})

describe('what only looks like a call', () => {
  it.each([
    ['of a tool that is not there', '<tool_call>{"name": "other", "arguments": {}}</tool_call>'],
    ['that is no JSON', 'Well: <tool_call>get_weather(Paris)</tool_call> done'],
    ['that is cut off', '<tool_call>\n{"name": "get'],
    ['of which only the beginning came', 'a <tool_ca'],
    ['because the answer is JSON', '{"names": 1}'],
  ])('stays text: %s', (_, text) => {
    for (const size of sizes) expect(read(hermes, text, size)).toEqual({ said: text, calls: [] })
  })

  it('stays text when its grammar does not take it', () => {
    const text = 'a <tool_call> b <tool_call> c'
    for (const size of sizes) expect(read(hermes, text, size, false)).toEqual({ said: text, calls: [] })
  })

  it('keeps the white space of a plain answer', () => {
    for (const size of sizes) expect(read(hermes, ' a \n\n b \n', size).said).toBe(' a \n\n b \n')
  })
})
