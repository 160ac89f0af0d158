import { describe, expect, it } from 'vitest'
import { StopStrings } from './stop-strings.ts'

function run(stops: string[], pieces: string[]) {
  const matcher = new StopStrings(stops)
  let text = ''
  for (const piece of pieces) {
    const result = matcher.push(piece)
    text += result.text
    if (result.stopped) return { text, stopped: true }
  }
  return { text: text + matcher.flush(), stopped: false }
}

describe('stop strings', () => {
  it('stop inside a piece, without what follows', () => {
    expect(run(['END'], ['one END two'])).toEqual({ text: 'one ', stopped: true })
  })

  it('are found across pieces, at every way of cutting them', () => {
    const whole = 'hello<|stop|>world'
    for (let at = 1; at < whole.length; at++) {
      expect(run(['<|stop|>'], [whole.slice(0, at), whole.slice(at)])).toEqual({ text: 'hello', stopped: true })
    }
    expect(run(['<|stop|>'], [...whole])).toEqual({ text: 'hello', stopped: true })
  })

  it('let text through that only began like one', () => {
    expect(run(['<|stop|>'], ['a <|', 'start|> b <|st'])).toEqual({ text: 'a <|start|> b <|st', stopped: false })
  })

  it('take the one that comes first', () => {
    expect(run(['world', 'o w'], ['hello world'])).toEqual({ text: 'hell', stopped: true })
  })

  it('restart inside a failed match', () => {
    expect(run(['aab'], ['a', 'a', 'a', 'b'])).toEqual({ text: 'a', stopped: true })
  })

  it('hold nothing back when there are none', () => {
    expect(new StopStrings([]).push('text')).toEqual({ text: 'text', stopped: false })
  })
})
