import { describe, expect, it } from 'vitest'
import { SCREENS } from '../../web/screens.ts'
import { mayOpen, sessionOf } from '../../web/session/session.ts'

const token = (claims: unknown) =>
  `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`

describe('a session', () => {
  const claims = { sub: 'zhang', name: '张三', roles: ['maker', 7], exp: 2000, iss: 'huitong-demo' }

  it('is what the token says, and ends with it', () => {
    expect(sessionOf(token(claims), 1_999_999)).toMatchObject({
      subject: 'zhang',
      name: '张三',
      roles: ['maker'],
      demo: true,
      expiresAt: 2_000_000,
    })
    expect(sessionOf(token(claims), 2_000_000)).toBeUndefined()
  })

  it.each(['', 'a.b', 'a.!!.c', token(null), token([1]), token({ exp: 9e9 }), token({ sub: 'a' })])(
    'is not made of %j',
    (text) => expect(sessionOf(text, 0)).toBeUndefined(),
  )

  it('opens the screens of its roles', () => {
    const session = sessionOf(token(claims), 0)!
    const open = SCREENS.filter(({ roles }) => mayOpen(session, roles)).map(({ path }) => path)
    expect(open).toContain('/orders/new')
    expect(open).not.toContain('/tasks')
  })
})
