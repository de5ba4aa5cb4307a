import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  currentTrace,
  formatTraceparent,
  inTrace,
  parseTraceparent,
  traced,
} from '../../subgraphs/kernel/trace.ts'

// The example of the W3C recommendation, section 3.2.
const W3C = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const hex = (digits: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((all) => all.join('')).filter((text) => !/^0+$/.test(text))

describe('a traceparent', () => {
  it('is read as the recommendation has it', () => {
    expect(parseTraceparent(W3C)).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      sampled: true,
    })
  })

  it('of a later version may have more parts, of this one may not', () => {
    expect(parseTraceparent(`${W3C.replace('00', 'cc')}-what-the-future-holds`)).toBeDefined()
    expect(parseTraceparent(`${W3C}-more`)).toBeUndefined()
  })

  it.each([
    null,
    '',
    W3C.toUpperCase(),
    W3C.replace('00-', 'ff-'),
    W3C.replace('b7ad6b7169203331', '0000000000000000'),
    W3C.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    W3C.slice(1),
    ` ${W3C}`,
  ])('that is %j is no traceparent', (text) => {
    expect(parseTraceparent(text)).toBeUndefined()
  })

  it('is what its parts were written as', () => {
    fc.assert(fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
      expect(parseTraceparent(formatTraceparent(traceId, spanId, sampled)))
        .toEqual({ traceId, spanId, sampled })
    }))
  })
})

describe('work', () => {
  it('belongs to its trace across awaits, and its neighbour to its own', async () => {
    const seen = await Promise.all(['a', 'b'].map((trace) =>
      inTrace(trace, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        return currentTrace()
      })
    ))
    expect(seen).toEqual(['a', 'b'])
    expect(currentTrace()).toBeUndefined()
  })

  it('of no trace does not join the one that happens to start it', () => {
    const orphan = traced(() => currentTrace())
    const child = inTrace('a', () => traced(() => currentTrace()))
    expect(inTrace('b', () => [orphan(), child(), inTrace(undefined, currentTrace)]))
      .toEqual([undefined, 'a', undefined])
  })
})
