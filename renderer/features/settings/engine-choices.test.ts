import { expect, it } from 'vitest'
import { keepAliveChoices, stateChoices } from './engine-choices.ts'

it('for ever comes last, and a value of a file or the command line is among the choices', () => {
  expect(keepAliveChoices(5)).toEqual([0, 1, 5, 15, 30, 60, 240, -1])
  expect(keepAliveChoices(7)).toEqual([0, 1, 5, 7, 15, 30, 60, 240, -1])
  expect(keepAliveChoices(-0.5)).toEqual(keepAliveChoices(-1))
})

it('sizes are in order with the one that is set', () => {
  expect(stateChoices(4e9)).toEqual([1e9, 2e9, 4e9, 8e9, 16e9, 32e9])
  expect(stateChoices(3e9)).toContain(3e9)
})
