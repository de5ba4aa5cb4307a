import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../subgraphs/kernel/canonical-json.ts'
import { MINOR_MAX } from '../../subgraphs/kernel/money.ts'
import type { Leg } from '../../subgraphs/ledger/posting-rule.ts'
import {
  checkLegs,
  type Entry,
  LEGS_MAX,
  reversed,
  signed,
  voucherHash,
  type VoucherHead,
  voucherText,
} from '../../subgraphs/ledger/voucher.ts'
import { refusal } from '../support/rig.ts'

const leg: fc.Arbitrary<Leg> = fc.record({
  institution: fc.constantFrom('1001', '1002', '1001 CNY'),
  subject: fc.constantFrom('1001', '1002', '2011'),
  currency: fc.constantFrom('CNY' as const, 'GBP' as const),
  side: fc.constantFrom('DEBIT' as const, 'CREDIT' as const),
  minor: fc.bigInt({ min: 1n, max: MINOR_MAX }),
})

const sumsOf = (legs: readonly Leg[]) =>
  Array.from(
    Map.groupBy(legs, (l) => JSON.stringify([l.institution, l.currency])).values(),
    (some) => some.reduce((sum, l) => sum + signed(l.side, l.minor), 0n),
  )

describe('legs', () => {
  it('are accepted exactly when they are positive and sum to zero per institution and currency', () => {
    const balanced = fc.array(leg, { minLength: 1, maxLength: 5 })
      .map((legs) => [...legs, ...reversed(legs)])
    const any = fc.array(leg, { minLength: 2, maxLength: 6 })
    fc.assert(fc.property(fc.oneof(balanced, any), (legs) => {
      expect(checkLegs(legs).ok).toBe(sumsOf(legs).every((sum) => sum === 0n))
    }))
  })

  it('and what reverses them sum to zero per institution, subject and currency', () => {
    fc.assert(fc.property(fc.array(leg), (legs) => {
      const both = [...legs, ...reversed(legs)].map((l) => ({
        ...l,
        institution: `${l.institution}/${l.subject}`,
      }))
      expect(sumsOf(both).every((sum) => sum === 0n)).toBe(true)
    }))
  })

  const one = { institution: '1001', subject: '1001', currency: 'CNY', side: 'DEBIT', minor: 1n }
  const pair = (change: object) => {
    const debit = { ...one, ...change } as Leg
    return [debit, ...reversed([debit])]
  }

  it.each([
    ['none', [], 'LEGS_MISSING /legs'],
    ['one', [one], 'LEGS_MISSING /legs'],
    ['nothing', pair({ minor: 0n }), 'LEG_NOT_POSITIVE /legs/0'],
    ['less than nothing', pair({ minor: -1n }), 'LEG_NOT_POSITIVE /legs/0'],
    ['more than is booked', pair({ minor: MINOR_MAX + 1n }), 'AMOUNT_TOO_LARGE /legs/0'],
    [
      'other institutions',
      [one, { ...one, institution: '1002', side: 'CREDIT' }],
      'VOUCHER_UNBALANCED /legs',
    ],
    [
      'other currencies',
      [one, { ...one, currency: 'GBP', side: 'CREDIT' }],
      'VOUCHER_UNBALANCED /legs',
    ],
  ])('are refused: %s', (_, legs, expected) => {
    expect(refusal(checkLegs(legs as Leg[]))).toBe(expected)
  })

  it('are at most a thousand', () => {
    const most = Array.from({ length: LEGS_MAX / 2 }, () => pair({})).flat()
    expect(checkLegs(most).ok).toBe(true)
    expect(refusal(checkLegs([...most, ...pair({})]))).toBe('LEGS_TOO_MANY /legs')
  })
})

describe('the hash of a voucher', () => {
  const head: VoucherHead = {
    tenant: 't',
    id: 'vch_1',
    number: '2026-11-000001',
    kind: 'EVENT',
    serial: 'OA',
    eventId: 'evt_1',
    eventType: 'x',
    eventHash: 'f',
    ruleVersion: 1n,
    reverses: 'vch_0',
    bookingOn: '2026-11-23',
    valueOn: '2026-11-22',
    recordedAt: '2026-11-23T04:00:00.000Z',
    postedBy: 'rule:x@1',
    summary: 's',
  }
  const entry: Entry = {
    line: 1n,
    accountId: 'acc_1',
    institution: '1001',
    subject: '1002',
    currency: 'CNY',
    side: 'DEBIT',
    minor: 5n,
    balanceAfter: 7n,
  }
  const hash = voucherHash(head, [entry])
  const changed = (value: unknown) => typeof value === 'bigint' ? value + 1n : `${value}x`

  it.each(Object.keys(head) as (keyof VoucherHead)[])('changes with its %s', (name) => {
    expect(voucherHash({ ...head, [name]: changed(head[name]) } as VoucherHead, [entry])).not
      .toBe(hash)
  })

  it.each(Object.keys(entry) as (keyof Entry)[])('changes with the %s of an entry', (name) => {
    expect(voucherHash(head, [{ ...entry, [name]: changed(entry[name]) } as Entry])).not.toBe(hash)
  })

  it('changes with an entry more or less, and with their order', () => {
    const second = { ...entry, line: 2n }
    const both = voucherHash(head, [entry, second])
    expect(new Set([hash, both, voucherHash(head, []), voucherHash(head, [second, entry])]).size)
      .toBe(4)
  })

  it('is over what canonical JSON makes of it, whatever its texts hold', () => {
    const text = fc.string({ unit: 'grapheme' })
    const maybe = fc.option(text)
    const heads = fc.record({
      tenant: text,
      id: text,
      number: text,
      kind: fc.constant('MANUAL' as const),
      serial: maybe,
      eventId: maybe,
      eventType: maybe,
      eventHash: maybe,
      ruleVersion: fc.option(fc.bigInt()),
      reverses: maybe,
      bookingOn: text,
      valueOn: text,
      recordedAt: text,
      postedBy: text,
      summary: text,
      hold: text,
      channel: text,
      key: text,
      bodyHash: text,
    }, {
      requiredKeys: [
        ...['tenant', 'id', 'number', 'kind', 'serial', 'eventId', 'eventType', 'eventHash'],
        ...['ruleVersion', 'reverses', 'bookingOn', 'valueOn', 'recordedAt', 'postedBy', 'summary'],
      ] as never[],
    }) as fc.Arbitrary<VoucherHead>
    const entries = fc.array(fc.record({
      line: fc.bigInt(),
      accountId: text,
      institution: text,
      subject: text,
      currency: text,
      side: text,
      minor: fc.bigInt(),
      balanceAfter: fc.bigInt(),
    }))
    fc.assert(fc.property(heads, entries, (head, entries) => {
      expect(voucherText(head, entries)).toBe(canonicalJson({
        ...head,
        entries: entries.map((e) => [
          ...[e.line, e.accountId, e.institution, e.subject, e.currency, e.side, e.minor],
          e.balanceAfter,
        ]),
      }))
    }))
  })

  it('is the same whatever else the rows carry', () => {
    expect(voucherHash(head, [{ ...entry, note: 'not stored' } as Entry])).toBe(hash)
  })
})
