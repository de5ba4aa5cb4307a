import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type HmacKey,
  type KeyRing,
  keyRing,
  parseKeys,
} from '../../../../gateway/execute/split/keys.ts'
import { replayMemory } from '../../../../gateway/execute/split/replay.ts'
import {
  HEADERS,
  sign,
  SKEW_MS,
  type Unsigned,
  verify,
} from '../../../../gateway/execute/split/signature.ts'

const NOW = 1_763_956_800_000
const NONCE = '000102030405060708090a0b0c0d0e0f'
const utf8 = (text: string) => new TextEncoder().encode(text)

const key = (id: string, first = 0): HmacKey => ({
  id,
  secret: Uint8Array.from({ length: 32 }, (_, i) => first + i),
})
const REQUEST: Unsigned = {
  audience: 'ledger',
  method: 'POST',
  path: '/graphql',
  body: utf8('{"query":"{ voucher(id: \\"凭证\\") { hash } }","variables":{}}'),
  identity: 'eyJ0ZW5hbnQiOiJiYW5rIn0',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
}

/** Verifies headers over a request; `REQUEST` at `NOW` for the ledger unless told otherwise. */
async function verdict(
  headers: Record<string, string>,
  keys: KeyRing,
  change: Partial<Unsigned> & { nowMs?: number } = {},
  replays = replayMemory(0),
): Promise<string> {
  const { nowMs = NOW, audience = 'ledger', ...request } = change
  const result = await verify(
    { ...REQUEST, ...request, headers: new Headers(headers) },
    { audience, keys, replays, nowMs },
  )
  return result.ok ? 'believed' : result.code
}

describe('the known answers', () => {
  it('the primitive is that of RFC 4231, test case 1', async () => {
    const keys = await keyRing([{ id: 'rfc', secret: new Uint8Array(20).fill(0x0b) }])
    const mac = await crypto.subtle.sign('HMAC', keys.signing.key, utf8('Hi There'))
    expect(Array.from(new Uint8Array(mac), (b) => b.toString(16).padStart(2, '0')).join('')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    )
  })

  it('a request signs as Python’s hmac and hashlib have it over the documented lines', async () => {
    const keys = await keyRing([key('demo-1')])
    expect(await sign(REQUEST, keys, NOW, NONCE)).toEqual({
      'x-huitong-key': 'demo-1',
      'x-huitong-timestamp': '1763956800000',
      'x-huitong-nonce': NONCE,
      'x-huitong-signature': 'KsITABTgBhvDP9hI0F0zXAZswgYoN0ED2v0uS6B6LgY=',
      'x-huitong-identity': REQUEST.identity,
      'traceparent': REQUEST.traceparent,
    })
  })
})

describe('a signed request', () => {
  it('is believed once', async () => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    const replays = replayMemory(0)
    expect(await verdict(headers, keys, {}, replays)).toBe('believed')
    expect(await verdict(headers, keys, {}, replays)).toBe('SIGNATURE_REPLAYED')
  })

  it('is believed under every key of the ring, and signed with the first', async () => {
    const [older, newer] = await Promise.all([
      keyRing([key('old'), key('new', 9)]),
      keyRing([key('new', 9), key('old')]),
    ])
    const headers = await sign(REQUEST, newer, NOW)
    expect(headers[HEADERS.key]).toBe('new')
    expect(await verdict(headers, older)).toBe('believed')
    expect(await verdict(headers, await keyRing([key('old')]))).toBe('KEY_UNKNOWN')
    expect(await verdict(headers, await keyRing([key('new', 8)]))).toBe('SIGNATURE_INVALID')
  })

  it('is worth nothing at another subgraph', async () => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    expect(await verdict(headers, keys, { audience: 'payments' })).toBe('SIGNATURE_INVALID')
  })

  it.each([SKEW_MS + 1, -SKEW_MS - 1])('is too far off by %i ms', async (off) => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    expect(await verdict(headers, keys, { nowMs: NOW + off })).toBe('SIGNATURE_EXPIRED')
    const near = off - Math.sign(off)
    expect(await verdict(headers, keys, { nowMs: NOW + near })).toBe('believed')
  })

  it('needs each of its headers', async () => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    for (const name of [HEADERS.key, HEADERS.timestamp, HEADERS.nonce, HEADERS.signature]) {
      const { [name]: _, ...rest } = headers
      expect(await verdict(rest, keys), name).toBe('SIGNATURE_MISSING')
    }
    for (const name of [HEADERS.identity, HEADERS.traceparent]) {
      const { [name]: _, ...rest } = headers
      expect(await verdict(rest, keys), name).toBe('SIGNATURE_INVALID')
    }
  })

  it('of nobody does not become one of somebody', async () => {
    const keys = await keyRing([key('demo-1')])
    const nobody = await sign({ ...REQUEST, identity: undefined }, keys, NOW)
    expect(await verdict(nobody, keys)).toBe('believed')
    expect(await verdict({ ...nobody, [HEADERS.identity]: '' }, keys)).toBe('SIGNATURE_INVALID')
    expect(await verdict({ ...nobody, [HEADERS.identity]: REQUEST.identity! }, keys)).toBe(
      'SIGNATURE_INVALID',
    )
  })

  it('is refused when any byte of it differs', async () => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    const texts = ['method', 'path'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('body', ...texts, ...Object.values(HEADERS)),
        fc.nat(),
        fc.integer({ min: 1, max: 94 }),
        async (part, at, shift) => {
          // Another printable character, so that a header stays one.
          const change = (text: string) => {
            const i = at % text.length
            const code = 33 + ((text.charCodeAt(i) - 33 + shift) % 94)
            return text.slice(0, i) + String.fromCharCode(code) + text.slice(i + 1)
          }
          if (part === 'body') {
            const body = REQUEST.body.slice()
            body[at % body.length]! ^= 1 + (shift % 255)
            expect(await verdict(headers, keys, { body })).toBe('SIGNATURE_INVALID')
          } else if (part === 'method' || part === 'path') {
            const changed = change(REQUEST[part])
            fc.pre(changed !== REQUEST[part])
            expect(await verdict(headers, keys, { [part]: changed })).toBe('SIGNATURE_INVALID')
          } else {
            const changed = change(headers[part]!)
            fc.pre(changed !== headers[part])
            expect(await verdict({ ...headers, [part]: changed }, keys)).not.toBe('believed')
          }
        },
      ),
      { numRuns: 400 },
    )
  })

  it.each([
    [HEADERS.timestamp, '1e3'],
    [HEADERS.timestamp, '-1'],
    [HEADERS.timestamp, '9'.repeat(400)],
    [HEADERS.nonce, 'short'],
    [HEADERS.nonce, NONCE.toUpperCase()],
    [HEADERS.signature, 'AAAA'],
    // The same bytes as A… in a lenient reader.
    [HEADERS.signature, `${'A'.repeat(42)}B=`],
    [HEADERS.signature, '!'.repeat(44)],
  ])('is refused when %s is %s', async (name, value) => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    expect(await verdict({ ...headers, [name]: value }, keys)).toBe('SIGNATURE_INVALID')
  })

  it('does not use up a nonce when its signature is false', async () => {
    const keys = await keyRing([key('demo-1')])
    const headers = await sign(REQUEST, keys, NOW)
    const replays = replayMemory(0)
    const forged = { ...headers, [HEADERS.timestamp]: String(NOW + 1) }
    expect(await verdict(forged, keys, {}, replays)).toBe('SIGNATURE_INVALID')
    expect(await verdict(headers, keys, {}, replays)).toBe('believed')
  })
})

describe('keys', () => {
  const base64 = (length: number) => btoa('k'.repeat(length))

  it('are read from a list', () => {
    const keys = parseKeys(`a:${base64(32)}, b-2:${base64(48)}`)
    expect(keys.map(({ id, secret }) => [id, secret.length])).toEqual([['a', 32], ['b-2', 48]])
  })

  it.each([
    ['', 'key 1 has no id'],
    [base64(32), 'key 1 has no id'],
    [`a:${base64(32)},`, 'key 2 has no id'],
    [`a b:${base64(32)}`, 'key 1 has no id'],
    ['a:', 'key 1 (a) is not base64'],
    ['a:%%%', 'key 1 (a) is not base64'],
    [`a:${base64(31)}`, 'key 1 (a) has fewer than 32 bytes'],
    [`a:${base64(32)},a:${base64(33)}`, 'the id a is there twice'],
  ])('%j cannot be used, and no secret is told', (text, message) => {
    expect(() => parseKeys(text)).toThrow(message)
    expect(() => parseKeys(text)).not.toThrow(base64(31).slice(0, 20))
  })

  it('must be there', async () => {
    await expect(keyRing([])).rejects.toThrow('no key')
  })
})
