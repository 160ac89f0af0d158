import type { LlamaGrammarEvaluationState, Token } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import type { Piece } from './answer.ts'
import { createAnswer, type AnswerPlan } from './create-answer.ts'
import type { CompiledGrammar } from './model-tokens.ts'
import { createTagSplitter } from './thinking/tag-splitter.ts'
import { openedBy, thinkingTags } from './thinking/tags.ts'
import { hermes } from './tools/formats.ts'
import { createToolReader } from './tools/reader.ts'

/** A stand-in for a tokenizer: each token is a text; those in angle brackets with bars are control tokens. */
function createVocabulary() {
  const texts: string[] = []
  return {
    token: (text: string) => (texts.push(text) - 1) as Token, // the number of the text
    detokenize: (tokens: readonly Token[]) =>
      tokens.map((token) => (isControl(texts[token] ?? '') ? '' : texts[token])).join(''),
    controlText: (token: Token) => (isControl(texts[token] ?? '') ? (texts[token] ?? '') : null),
    tokenize: (text: string) => [(texts.push(text) - 1) as Token], // as above
    textOf: (tokens: readonly Token[]) => tokens.map((token) => texts[token]).join(''),
  }
}

const isControl = (text: string) => /^<\|.*\|>$/.test(text)

/** A grammar that says what it was begun with. */
function grammar(name: string, takes: (written: string) => boolean = () => true): CompiledGrammar {
  return {
    begin: (written) => (takes(written) ? (`${name}:${written}` as unknown as LlamaGrammarEvaluationState) : null), // only looked at
  }
}

const tags = thinkingTags(null)
const usual: AnswerPlan = {
  prompt: [],
  sampling: () => ({}),
  stop: [],
  splitter: null,
  budget: null,
  createReader: null,
  grammars: { start: null, afterThinking: null, call: null, startCoversThinking: false },
  markers: [],
  logprobs: null,
  bytes: { of: (token) => ({ token: `#${token}`, bytes: [] }) },
  echo: '',
}

function write(plan: Partial<AnswerPlan>, texts: readonly string[], probabilities?: boolean) {
  const vocabulary = createVocabulary()
  const answer = createAnswer(vocabulary, { ...usual, ...plan })
  const { grammarEvaluationState } = answer.options
  const inForce = () => (typeof grammarEvaluationState === 'function' ? String(grammarEvaluationState()) : 'none')
  const pieces: Piece[] = []
  const grammars = [inForce()]
  let ended: string | null = null
  let replaced = ''
  for (const text of texts) {
    const token = vocabulary.token(text)
    const pushed = answer.push(probabilities === true ? { token, probabilities: new Map([[token, -0.5]]) } : { token })
    expect(pushed.pieces.length, 'a piece for each token').toBeGreaterThan(0)
    pieces.push(...pushed.pieces)
    grammars.push(inForce())
    if (pushed.replace !== undefined) replaced += vocabulary.textOf(pushed.replace)
    if (pushed.ended !== null) {
      ended = pushed.ended
      break
    }
  }
  const end = ended === null ? answer.end('stop') : { pieces: [], reason: ended }
  pieces.push(...end.pieces)
  const of = (kind: 'text' | 'reasoning') =>
    pieces.flatMap((piece) => (piece.kind === kind ? [piece.text] : [])).join('')
  return {
    said: of('text'),
    thought: of('reasoning'),
    pieces,
    grammars,
    replaced,
    reason: end.reason,
    reasoningTokens: answer.reasoningTokens,
    logprobs: pieces
      .flatMap((piece) => (piece.kind === 'text' ? (piece.logprobs ?? []) : []))
      .map(({ token }) => token),
  }
}

describe('an answer', () => {
  it('stops at a stop string across tokens, and shows none of it', () => {
    const { said, reason } = write({ stop: ['STOP'] }, ['one S', 'T', 'OP two', ' three'])
    expect([said, reason]).toEqual(['one ', 'stop'])
  })

  it('drops control tokens that mean nothing here', () => {
    expect(write({}, ['a', '<|strange|>', 'b']).said).toBe('ab')
  })

  it('begins with the prompt when asked to, whatever the stop strings', () => {
    expect(write({ echo: 'Once STOP', stop: ['STOP'] }, [' upon', ' STOP']).said).toBe('Once STOP upon ')
    expect(write({ echo: 'Once' }, []).said).toBe('Once')
  })
})

describe('a thought', () => {
  it('is parted from the answer and counted', () => {
    const { said, thought, reasoningTokens } = write({ splitter: createTagSplitter(tags, null) }, [
      '<thi',
      'nk>',
      'Hm',
      ' hm.',
      '</th',
      'ink>',
      '\n\n',
      'Yes.',
    ])
    expect([said, thought]).toEqual(['Yes.', 'Hm hm.'])
    expect(reasoningTokens).toBeGreaterThanOrEqual(4)
  })

  it('is closed when its budget is spent, and the answer goes on', () => {
    const opened = openedBy('<think>\n', tags)
    const { said, thought, replaced } = write({ splitter: createTagSplitter(tags, opened), budget: 2 }, [
      'a',
      ' b',
      ' c',
      'So.',
    ])
    expect([thought, said]).toEqual(['a b', 'So.'])
    expect(replaced).toContain('</think>')
  })

  it('is not closed in the middle of its own closing tag', () => {
    const opened = openedBy('<think>\n', tags)
    const { said, replaced } = write({ splitter: createTagSplitter(tags, opened), budget: 2 }, [
      'a',
      '</thi',
      'nk>',
      'So.',
    ])
    expect([said, replaced]).toEqual(['So.', ''])
  })

  it('is free, and the form for the answer is in force after it', () => {
    const opened = openedBy('<think>\n', tags)
    const plan = {
      splitter: createTagSplitter(tags, opened),
      grammars: { ...usual.grammars, start: grammar('start'), afterThinking: grammar('after') },
    }
    expect(write(plan, ['a', '</think>\n{', '}']).grammars).toEqual(['undefined', 'undefined', 'after:{', 'after:{'])
  })

  it('that went on with what the form does not take loses that, not the form', () => {
    const opened = openedBy('<think>\n', tags)
    const after = grammar('after', (written) => written === '' || written.startsWith('{'))
    const plan = {
      splitter: createTagSplitter(tags, opened),
      grammars: { ...usual.grammars, start: grammar('start'), afterThinking: after },
    }
    const { said, grammars } = write(plan, ['a', '</think> Sure', '{', '}'])
    expect([said, grammars.at(-1)]).toEqual(['{}', 'after:'])
  })

  it('leaves the form off while it lasts when the model opens it itself', () => {
    const plan = {
      splitter: createTagSplitter(tags, null),
      grammars: { ...usual.grammars, start: grammar('start'), afterThinking: grammar('after') },
    }
    expect(write(plan, ['<think>', 'a', '</think>', '{}']).grammars).toEqual([
      'start:',
      'undefined',
      'undefined',
      'after:',
      'after:',
    ])
  })
})

describe('a call', () => {
  const tools = [{ name: 'look', parameters: {} }]
  const createReader: AnswerPlan['createReader'] = (onTrigger) =>
    createToolReader({ format: hermes, tools, createId: () => 'call_1', onTrigger })

  it('is constrained from its opening on, streamed, and the reason of the end', () => {
    const plan = { createReader, grammars: { ...usual.grammars, call: grammar('call') } }
    const { said, pieces, grammars, reason } = write(plan, [
      'I look.',
      '\n<tool',
      '_call>',
      '{"name": "look"',
      ', "arguments": {"a"',
      ': 1}',
      '}</tool_call>',
    ])
    expect(said).toBe('I look.')
    expect(reason).toBe('toolCalls')
    expect(grammars.slice(0, 4)).toEqual(['undefined', 'undefined', 'undefined', 'call:<tool_call>'])
    const calls = pieces.filter((piece) => piece.kind === 'toolCall')
    expect(calls[0]).toMatchObject({ index: 0, callId: 'call_1', name: 'look' })
    expect(calls.map((piece) => piece.argumentsDelta).join('')).toBe('{"a": 1}')
    expect(calls.filter((piece) => piece.argumentsDelta !== '').length).toBeGreaterThan(1)
  })

  it('that its grammar does not take is text', () => {
    const plan = { createReader, grammars: { ...usual.grammars, call: grammar('call', () => false) } }
    const { said, reason } = write(plan, ['<tool_call>', ' is a tag'])
    expect([said, reason]).toEqual(['<tool_call> is a tag', 'stop'])
  })
})

describe('log probabilities', () => {
  it('come with the text of their token', () => {
    expect(write({ logprobs: 0 }, ['a', 'b'], true).logprobs).toEqual(['#0', '#1'])
  })

  it('wait for text that is held back, and go with it when it is a stop string', () => {
    expect(write({ logprobs: 0, stop: ['STOP'] }, ['a', 'ST', 'OP'], true).logprobs).toEqual(['#0'])
    expect(write({ logprobs: 0, stop: ['STOP'] }, ['a', 'ST', 'art'], true).logprobs).toEqual(['#0', '#1', '#2'])
    expect(write({ logprobs: 0, stop: ['STOP'] }, ['a', 'ST'], true).logprobs).toEqual(['#0', '#1'])
  })

  it('are not given for thoughts', () => {
    const { logprobs } = write(
      { logprobs: 0, splitter: createTagSplitter(tags, openedBy('<think>', tags)) },
      ['a', '</think>', 'b'],
      true,
    )
    expect(logprobs).toEqual(['#2'])
  })
})
