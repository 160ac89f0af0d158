import { expect, it } from 'vitest'
import { directionOf, hasText, sendsOn } from './composer-text.ts'

const enter = {
  key: 'Enter',
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 13,
}

it('Enter sends', () => {
  expect(sendsOn(enter)).toBe(true)
})

it('Enter with Shift makes a new line', () => {
  expect(sendsOn({ ...enter, shiftKey: true })).toBe(false)
})

it('Enter that chooses a word of an input method never sends', () => {
  expect(sendsOn({ ...enter, isComposing: true })).toBe(false)
  expect(sendsOn({ ...enter, keyCode: 229 })).toBe(false)
})

it('white space is no message', () => {
  expect(hasText(' \n\t　')).toBe(false)
  expect(hasText(' 好 ')).toBe(true)
})

it('the first letter gives the direction, whatever stands before it', () => {
  expect(directionOf('1. شكرا thanks')).toBe('rtl')
  expect(directionOf('“שלום”')).toBe('rtl')
  expect(directionOf('thanks شكرا')).toBe('ltr')
  expect(directionOf('你好')).toBe('ltr')
  expect(directionOf('')).toBe('ltr')
})
