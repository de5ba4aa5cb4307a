import { describe, expect, it } from 'vitest'
import { isRefusal, must, ok, refuse } from '../../subgraphs/kernel/result.ts'

describe('result', () => {
  it('must gives the value of what went through and throws on a refusal', () => {
    expect(must(ok(1))).toBe(1)
    expect(() => must(refuse('NO', 'Not today.'))).toThrow('unexpected refusal NO: Not today.')
  })

  it('a refusal is told from everything else', () => {
    expect(isRefusal(refuse('NO', 'Not today.'))).toBe(true)
    for (const other of [ok(1), null, undefined, 'NO', { ok: false }, { code: 'NO' }, []]) {
      expect(isRefusal(other)).toBe(false)
    }
  })

  it('place and detail are left out when they are not given', () => {
    expect(refuse('NO', 'x')).toEqual({ ok: false, code: 'NO', message: 'x' })
    expect(Object.keys(refuse('NO', 'x'))).not.toContain('place')
    expect(refuse('NO', 'x', '/a', { n: 1 })).toMatchObject({ place: '/a', detail: { n: 1 } })
  })
})
