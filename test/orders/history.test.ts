import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HISTORY_START, type HistoryEvent, historyHash } from '../../subgraphs/orders/history.ts'

const event: HistoryEvent = {
  tenant: 't',
  serial: 'OA20261123-000001-8',
  seq: 1n,
  kind: 'SUBMITTED',
  at: '2026-11-23T04:00:00.000Z',
  actor: 'ann',
  actorKind: 'person',
  detail: '{}',
}

describe('the hash of an event', () => {
  it.each(Object.keys(event) as (keyof HistoryEvent)[])('changes with its %s', (name) => {
    const value = event[name]
    const other = { ...event, [name]: typeof value === 'bigint' ? value + 1n : `${value}x` }
    expect(historyHash(HISTORY_START, other as HistoryEvent))
      .not.toBe(historyHash(HISTORY_START, event))
  })

  it('changes with any event before it', () => {
    const histories = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 6 })
    const hashOf = (details: readonly string[]) =>
      details.reduce(
        (prev, detail, i) => historyHash(prev, { ...event, seq: BigInt(i + 1), detail }),
        HISTORY_START,
      )
    fc.assert(fc.property(histories, fc.nat(), fc.string({ minLength: 1 }), (details, at, more) => {
      const i = at % details.length
      expect(hashOf(details.with(i, details[i] + more))).not.toBe(hashOf(details))
    }))
  })
})
