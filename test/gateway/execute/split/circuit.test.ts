import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admit,
  type Circuit,
  CLOSED,
  fail,
  succeed,
} from '../../../../gateway/execute/split/circuit.ts'
import { backoffMs, isPassing, RETRY } from '../../../../gateway/execute/split/retry.ts'

const LIMITS = { failuresMax: 3, waitFirstMs: 100, waitLongestMs: 350 }

/** A circuit after so many failures in a row at one time. */
function failing(times: number, nowMs = 0): Circuit {
  let circuit = CLOSED
  for (let i = 0; i < times; i++) circuit = fail(circuit, circuit.epoch, nowMs, LIMITS)
  return circuit
}

describe('a circuit', () => {
  it('opens after failures in a row, and not before', () => {
    expect(failing(2)).toMatchObject({ kind: 'closed', failures: 2 })
    expect(failing(3)).toMatchObject({ kind: 'open', untilMs: 100 })
  })

  it('forgets failures at a success', () => {
    const circuit = succeed(failing(2), 0)
    expect(fail(circuit, 0, 0, LIMITS)).toMatchObject({ kind: 'closed', failures: 1 })
  })

  it('open lets nothing through until its time, then one', () => {
    const open = failing(3)
    expect(admit(open, 99).admitted).toBe(false)
    const probe = admit(open, 100)
    expect(probe).toMatchObject({ admitted: true, circuit: { kind: 'half-open' } })
    expect(admit(probe.circuit, 100).admitted).toBe(false)
  })

  it('closes when the probe succeeds', () => {
    const probe = admit(failing(3), 100)
    const closed = succeed(probe.circuit, probe.epoch)
    expect(closed).toMatchObject({ kind: 'closed', failures: 0 })
    expect(admit(closed, 100).admitted).toBe(true)
  })

  it('waits twice as long each time that a probe fails, up to a limit', () => {
    let circuit = failing(3)
    let nowMs = 0
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      if (circuit.kind !== 'open') return expect.fail(circuit.kind)
      waits.push(circuit.untilMs - nowMs)
      nowMs = circuit.untilMs
      const probe = admit(circuit, nowMs)
      circuit = fail(probe.circuit, probe.epoch, nowMs, LIMITS)
    }
    expect(waits).toEqual([100, 200, 350, 350])
  })

  it('takes no notice of outcomes from before it changed', () => {
    const open = failing(3)
    expect(succeed(open, 0)).toBe(open)
    const probe = admit(open, 100)
    expect(succeed(probe.circuit, 0)).toBe(probe.circuit)
    expect(fail(probe.circuit, 0, 100, LIMITS)).toBe(probe.circuit)
  })

  it('never has more than one probe under way, and always lets one through in the end', () => {
    const step = fc.record({ wait: fc.nat(200), good: fc.boolean(), late: fc.boolean() })
    fc.assert(fc.property(fc.array(step), (steps) => {
      let circuit = CLOSED
      let nowMs = 0
      const underWay: number[] = []
      for (const { wait, good, late } of steps) {
        nowMs += wait
        const admission = admit(circuit, nowMs)
        if (circuit.kind === 'half-open') expect(admission.admitted).toBe(false)
        circuit = admission.circuit
        if (admission.admitted) underWay.push(admission.epoch)
        if (late || underWay.length === 0) continue
        const epoch = underWay.pop()!
        circuit = good ? succeed(circuit, epoch) : fail(circuit, epoch, nowMs, LIMITS)
      }
      for (const epoch of underWay) circuit = succeed(circuit, epoch)
      expect(admit(circuit, nowMs + LIMITS.waitLongestMs).admitted).toBe(true)
    }))
  })
})

describe('a retry', () => {
  it('waits anything up to a limit that doubles', () => {
    const limits = { retries: 9, firstMs: 50, longestMs: 300 }
    const longest = [1, 2, 3, 4, 9].map((retry) => backoffMs(retry, 0.999_999, limits))
    expect(longest).toEqual([49, 99, 199, 299, 299])
    expect(backoffMs(3, 0, limits)).toBe(0)
  })

  it('follows statuses that pass, and no other', () => {
    expect([200, 400, 401, 404, 429, 500, 501, 502, 503, 504, 505].filter(isPassing)).toEqual(
      [502, 503, 504],
    )
    expect(RETRY.retries).toBeLessThanOrEqual(3)
  })
})
