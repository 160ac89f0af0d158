import { describe, expect, it } from 'vitest'
import { NewKey } from '../../../../shared/domain/keys.ts'
import { dayOf, EMPTY_KEY, formOf, type KeyForm, readKeyForm } from './key-form.ts'

const NOW = new Date(2027, 0, 15, 12).getTime()
const read = (changes: Partial<KeyForm>) => readKeyForm({ ...EMPTY_KEY, name: 'Laptop', ...changes }, NOW)

describe('the form of a key', () => {
  it('makes a key that the core takes', () => {
    const result = read({
      name: ' Laptop ',
      scopes: ['inference', 'metrics'],
      expiry: '90',
      models: ['a'],
      requestsPerMinute: '60',
      tokensPerDay: ' 100000 ',
    })
    const key = {
      name: 'Laptop',
      scopes: ['inference', 'metrics'],
      models: ['a'],
      expiresAt: NOW + 90 * 86_400_000,
      requestsPerMinute: 60,
      tokensPerDay: 100_000,
    }
    expect(result).toEqual({ key })
    expect(NewKey.parse(key)).toEqual(key)
  })

  it('lets a key without further wishes ask models, for ever and without limits', () => {
    expect(read({})).toEqual({
      key: {
        name: 'Laptop',
        scopes: ['inference'],
        models: null,
        expiresAt: null,
        requestsPerMinute: null,
        tokensPerDay: null,
      },
    })
  })

  it('takes a date until the end of that day, today included', () => {
    const end = new Date(2027, 0, 15, 23, 59, 59, 999).getTime()
    expect(read({ expiry: 'date', date: '2027-01-15' })).toMatchObject({ key: { expiresAt: end } })
  })

  it.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(81) }],
    ['scopes', { scopes: [] }],
    ['date', { expiry: 'date', date: '' }],
    ['date', { expiry: 'date', date: '2027-01-14' }],
    ['models', { models: [] }],
    ['requestsPerMinute', { requestsPerMinute: '0' }],
    ['requestsPerMinute', { requestsPerMinute: '1.5' }],
    ['requestsPerMinute', { requestsPerMinute: '1000001' }],
    ['tokensPerDay', { tokensPerDay: '-1' }],
    ['tokensPerDay', { tokensPerDay: 'many' }],
    ['tokensPerDay', { tokensPerDay: '9'.repeat(20) }],
  ] as const)('says that %s is wrong in %j', (field, changes) => {
    expect(read(changes)).toEqual({ wrong: [field] })
  })

  it('gives a key back as it was', () => {
    const made = read({ expiry: 'date', date: '2027-03-01', tokensPerDay: '5', models: ['a', 'b'] })
    if ('wrong' in made) throw new Error('wrong')
    const more = { id: 'k', hint: 'hearth-Ab3d', createdAt: 0, lastUsedAt: null, fromEnvironment: false }
    const form = formOf({ ...made.key, ...more })
    expect(form).toMatchObject({ expiry: 'date', date: '2027-03-01', requestsPerMinute: '' })
    expect(readKeyForm(form, NOW)).toEqual(made)
  })

  it('names days as a date field does', () => {
    expect(dayOf(new Date(2027, 8, 5, 23, 59).getTime())).toBe('2027-09-05')
  })
})
