import { describe, expect, it } from 'vitest'
import { createChannelSplitter } from './channel-splitter.ts'
import type { Segment, ThoughtSplitter } from './splitter.ts'
import { createTagSplitter } from './tag-splitter.ts'
import { openedBy, thinkingTags, writesInChannels } from './tags.ts'

/** Both parts of a text that came in pieces of the given length. */
function split(create: () => ThoughtSplitter, text: string, size: number): { reasoning: string; text: string } {
  const splitter = create()
  const segments: Segment[] = []
  for (let at = 0; at < text.length; at += size) segments.push(...splitter.push(text.slice(at, at + size)))
  segments.push(...splitter.flush())
  const of = (kind: Segment['kind']) =>
    segments
      .filter((one) => one.kind === kind)
      .map((one) => one.text)
      .join('')
  return { reasoning: of('reasoning'), text: of('text') }
}

const sizes = [1, 2, 3, 5, 7, 11, 1000]
const templateOf = (text: string) => `{{ messages }} ${text}`

describe('a thought between tags', () => {
  it.each([
    ['<think>', '</think>', null],
    ['<thinking>', '</thinking>', null],
    ['<reasoning>', '</reasoning>', null],
    ['<thought>', '</thought>', null],
    ['[THINK]', '[/THINK]', templateOf('[/THINK]')],
    ['<|START_THINKING|>', '<|END_THINKING|>', templateOf('<|END_THINKING|>')],
    ['<seed:think>', '</seed:think>', templateOf('</seed:think>')],
    ['<|channel>thought', '<channel|>', templateOf('<channel|>')],
    ['Here is my thought process:', 'Here is my response:', templateOf('Here is my response:')],
  ])('%s is parted from the answer at any border', (open, close, template) => {
    for (const size of sizes) {
      const create = () => createTagSplitter(thinkingTags(template), null)
      expect(split(create, `\n${open}\nA < B,\n\nthen C.\n${close}\n\nSo <b>.`, size)).toEqual({
        reasoning: 'A < B,\n\nthen C.',
        text: 'So <b>.',
      })
    }
  })

  it('is recognised when the template has opened it', () => {
    const tags = thinkingTags(null)
    const opened = openedBy('<|im_start|>assistant\n<think>\n', tags)
    for (const size of sizes) {
      expect(split(() => createTagSplitter(tags, opened), 'Hm.\n</think>\n\nYes.', size)).toEqual({
        reasoning: 'Hm.',
        text: 'Yes.',
      })
    }
    expect(openedBy('<|im_start|>assistant\n<think>\n\n</think>\n\n', tags)).toBeNull()
  })

  it('is no thought in the middle of an answer', () => {
    for (const size of sizes) {
      const text = 'The tag <think> opens and </think> closes.'
      expect(split(() => createTagSplitter(thinkingTags(null), null), text, size)).toEqual({ reasoning: '', text })
    }
  })

  it('that is not closed stays a thought', () => {
    expect(split(() => createTagSplitter(thinkingTags(null), null), '<think>on and on</thi', 3)).toEqual({
      reasoning: 'on and on</thi',
      text: '',
    })
  })

  it('loses nothing when the answer only looks like one', () => {
    for (const text of ['<thin ice', '  <', '', '   ', '<thinkin']) {
      expect(split(() => createTagSplitter(thinkingTags(null), null), text, 1).text).toBe(text)
    }
  })
})

describe('the channels of gpt-oss', () => {
  const thought = '<|channel|>analysis<|message|>Let me see: a < b.<|end|><|start|>assistant'

  it('are parted', () => {
    expect(writesInChannels('<|channel|> <|message|>')).toBe(true)
    for (const size of sizes) {
      expect(split(createChannelSplitter, `${thought}<|channel|>final<|message|>It is <b>.<|return|>`, size)).toEqual({
        reasoning: 'Let me see: a < b.',
        text: 'It is <b>.',
      })
    }
  })

  it('say what is said before a call, and pass the call on', () => {
    for (const size of sizes) {
      const said = '<|channel|>commentary<|message|>I look.<|end|><|start|>assistant'
      const call = '<|channel|>commentary to=functions.look <|constrain|>json<|message|>{"a":1}'
      expect(split(createChannelSplitter, thought + said + call, size)).toEqual({
        reasoning: 'Let me see: a < b.',
        text: `I look.${call}`,
      })
    }
  })

  it('lose nothing when the model does not use them', () => {
    for (const size of sizes) expect(split(createChannelSplitter, 'Just this.', size).text).toBe('Just this.')
  })
})
