import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIdentity, writeIdentity } from '../../../../gateway/execute/split/identity.ts'
import { actor } from '../../../support/actors.ts'

const encode = (value: unknown) =>
  btoa(unescape(encodeURIComponent(JSON.stringify(value)))).replaceAll('+', '-')
    .replaceAll('/', '_').replace(/=+$/, '')

const PLAIN = { tenant: 't', subject: 's', name: '', kind: 'person', roles: [], scopes: [] }

describe('an identity', () => {
  it('comes back as it was sent, in any script', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    fc.assert(fc.property(
      fc.record({
        actor: fc.record({
          tenant: text,
          subject: text,
          name: fc.string({ unit: 'grapheme', maxLength: 20 }),
          kind: fc.constantFrom('person' as const, 'app' as const),
          roles: fc.array(text, { maxLength: 5 }),
          scopes: fc.uniqueArray(text, { maxLength: 5 }).map((list) => new Set(list)),
          institution: text,
        }, { requiredKeys: ['tenant', 'subject', 'name', 'kind', 'roles', 'scopes'] }),
        policies: fc.uniqueArray(text, { maxLength: 3 }).map((list) => new Set(list)),
      }, { requiredKeys: ['actor'] }),
      (identity) => {
        const header = writeIdentity(identity)
        expect(header).toMatch(/^[\w-]+$/)
        expect(readIdentity(header)).toEqual({ ok: true, value: identity })
      },
    ))
  })

  it('that fits into no header is not sent', () => {
    const roles = Array.from({ length: 2_000 }, (_, i) => `role-${i}`)
    expect(() => writeIdentity({ actor: actor('bank', 'maker', roles) })).toThrow(RangeError)
  })

  it('that is plain is read', () => {
    expect(readIdentity(encode(PLAIN)).ok).toBe(true)
  })

  it.each([
    ['no base64', '%%%'],
    ['no JSON', btoa('x')],
    ['no UTF-8', btoa('"\xff"')],
    ['null', encode(null)],
    ['a list', encode([PLAIN])],
    ['no tenant', encode({ ...PLAIN, tenant: undefined })],
    ['an empty tenant', encode({ ...PLAIN, tenant: '' })],
    ['a kind that does not come from outside', encode({ ...PLAIN, kind: 'system' })],
    ['roles that are a text', encode({ ...PLAIN, roles: 'checker' })],
    ['scopes with a number', encode({ ...PLAIN, scopes: [1] })],
    ['an institution that is none', encode({ ...PLAIN, institution: 7 })],
    ['policies that are none', encode({ ...PLAIN, policies: true })],
    ['more than a header holds', 'A'.repeat(8_193)],
  ])('with %s is refused', (_, text) => {
    expect(readIdentity(text)).toMatchObject({ ok: false, code: 'IDENTITY_MALFORMED' })
  })
})
