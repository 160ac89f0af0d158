import { describe, expect, it } from 'vitest'
import { createSessions } from './sessions.ts'

function timed() {
  let now = 0
  return { sessions: createSessions(() => now), advance: (ms: number) => (now += ms) }
}
const cookieOf = (entered: { cookie: string } | null) => entered?.cookie.split(';')[0]

describe('one-time links', () => {
  it('let one browser in, once', () => {
    const { sessions } = timed()
    const code = sessions.createCode()
    const entered = sessions.enter(code)
    expect(entered?.cookie).toMatch(/^hearth_session=[\w-]{22}; HttpOnly; SameSite=Strict; Path=\//)
    expect(sessions.isOpen(cookieOf(entered))).toBe(true)
    expect(sessions.isOpen(`other=1; ${cookieOf(entered)}; more=2`)).toBe(true)
    expect(sessions.enter(code)).toBeNull()
  })

  it('are good for ten minutes', () => {
    const { sessions, advance } = timed()
    const code = sessions.createCode()
    advance(10 * 60_000 + 1)
    expect(sessions.enter(code)).toBeNull()
  })

  it('can not be guessed', () => {
    const { sessions } = timed()
    const codes = new Set(Array.from({ length: 20 }, () => sessions.createCode()))
    expect(codes.size).toBe(20)
    for (const code of codes) expect(Buffer.from(code, 'base64url')).toHaveLength(16)
    expect(sessions.enter('')).toBeNull()
    expect(sessions.enter('wrong')).toBeNull()
  })
})

describe('a session', () => {
  it.each([undefined, '', 'hearth_session=', 'hearth_session=wrong', 'hearth_sessio=x'])(
    'is not opened by %s',
    (header) => {
      expect(createSessions().isOpen(header)).toBe(false)
    },
  )

  it('ends after thirty days, and does not end for others', () => {
    const { sessions, advance } = timed()
    const first = cookieOf(sessions.enter(sessions.createCode()))
    advance(20 * 24 * 3600_000)
    const second = cookieOf(sessions.enter(sessions.createCode()))
    advance(11 * 24 * 3600_000)
    expect(sessions.isOpen(first)).toBe(false)
    expect(sessions.isOpen(second)).toBe(true)
  })
})
