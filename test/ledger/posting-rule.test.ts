import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHART, SUSPENSE_SUBJECT } from '../../subgraphs/ledger/chart.ts'
import {
  type AccountingEvent,
  applyRule,
  checkRule,
  type PostingRule,
} from '../../subgraphs/ledger/posting-rule.ts'
import { SHIPPED_RULES } from '../../subgraphs/ledger/shipped-rules.ts'
import { checkLegs, signed } from '../../subgraphs/ledger/voucher.ts'
import { granted, refusal } from '../support/rig.ts'

const POSTABLE = new Set(CHART.filter((s) => s.postable).map((s) => s.code))
const check = (body: unknown) => checkRule(body, POSTABLE)

// Few names, some of them separators and members of every object, so that they meet.
const names = fc.constantFrom('amount', 'fee', 'a|b', 'a', 'b', '', 'constructor', '__proto__')
const codes = fc.constantFrom(...POSTABLE)
const choice = fc.record({
  by: names,
  map: fc.dictionary(names, codes),
  otherwise: fc.constantFrom('suspense', 'refuse'),
})
const leg = fc.record({
  side: fc.constantFrom('DEBIT', 'CREDIT'),
  subject: fc.oneof(codes, choice),
  component: names,
  institution: names,
}, { requiredKeys: ['side', 'subject', 'component'] })
/** Legs in pairs, so that many rules balance. */
const pairedLegs = fc.array(fc.tuple(leg, codes, fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((pairs) =>
    pairs.flatMap(([one, subject, even]) => [
      one,
      even ? { ...one, subject, side: one.side === 'DEBIT' ? 'CREDIT' : 'DEBIT' } : one,
    ])
  )
const ofNames = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(names, value)).map((pairs) => Object.fromEntries(pairs))
const event: fc.Arbitrary<AccountingEvent> = fc.record({
  type: fc.constant('some.event'),
  institution: fc.constantFrom('1001', '1002'),
  currency: fc.constantFrom('CNY' as const, 'GBP' as const),
  components: ofNames(fc.bigInt({ min: 0n, max: 9_000_000_000_000_000n })),
  dimensions: ofNames(fc.constantFrom('1001', '1002', 'travel', 'constructor')),
  reference: fc.string(),
})

function sums(legs: readonly { institution: string; side: string; minor: bigint }[]): bigint[] {
  const byInstitution = Map.groupBy(legs, (l) => l.institution)
  return Array.from(
    byInstitution.values(),
    (some) => some.reduce((sum, l) => sum + signed(l.side, l.minor), 0n),
  )
}

describe('a rule that is accepted', () => {
  it('makes legs that balance in every institution, whatever the event brings', () => {
    let applied = 0
    fc.assert(
      fc.property(pairedLegs, event, (legs, event) => {
        const rule = check({ legs })
        if (!rule.ok) return
        const posted = applyRule(rule.value, event)
        if (!posted.ok || posted.value.length === 0) return
        applied += 1
        expect(sums(posted.value).every((sum) => sum === 0n)).toBe(true)
        expect(checkLegs(posted.value)).toMatchObject({ ok: true })
      }),
      { numRuns: 5000 },
    )
    expect(applied, 'events that reached the books').toBeGreaterThan(50)
  })

  it('keeps nothing but what a rule is made of', () => {
    const legs = [
      { side: 'DEBIT', subject: '1001', component: 'amount', note: 'x' },
      { side: 'CREDIT', subject: '1002', component: 'amount' },
    ]
    expect(check({ legs, extra: 1 })).toEqual({
      ok: true,
      value: {
        legs: [
          { side: 'DEBIT', subject: '1001', component: 'amount' },
          { side: 'CREDIT', subject: '1002', component: 'amount' },
        ],
      },
    })
  })

  it('is each of those that ship', () => {
    for (const [type, rule] of Object.entries(SHIPPED_RULES)) {
      expect(check(rule), type).toMatchObject({ ok: true })
    }
  })
})

describe('a rule is refused', () => {
  const debit = { side: 'DEBIT', subject: '1001', component: 'amount' }
  const credit = { side: 'CREDIT', subject: '1002', component: 'amount' }

  it.each([
    ['no body', null, 'RULE_MALFORMED /legs'],
    ['no legs', {}, 'RULE_MALFORMED /legs'],
    ['one leg', { legs: [debit] }, 'RULE_MALFORMED /legs'],
    ['a leg that is nothing', { legs: [debit, null] }, 'RULE_MALFORMED /legs/1'],
    ['another side', { legs: [{ ...debit, side: 'LEFT' }, credit] }, 'RULE_MALFORMED /legs/0/side'],
    [
      'no component',
      { legs: [debit, { ...credit, component: undefined }] },
      'RULE_MALFORMED /legs/1/component',
    ],
    [
      'an institution that is no name',
      { legs: [{ ...debit, institution: 7 }, credit] },
      'RULE_MALFORMED /legs/0/institution',
    ],
    [
      'a choice without a way out',
      { legs: [{ ...debit, subject: { by: 'x', map: {} } }, credit] },
      'RULE_MALFORMED /legs/0/subject',
    ],
    [
      'a subject that is not in the chart',
      { legs: [debit, { ...credit, subject: '9999' }] },
      'SUBJECT_UNKNOWN /legs/1/subject',
    ],
    [
      'a subject whose entries lie in its details',
      { legs: [debit, { ...credit, subject: '6602' }] },
      'SUBJECT_UNKNOWN /legs/1/subject',
    ],
    [
      'an unknown subject inside a choice',
      { legs: [{ ...debit, subject: { by: 'x', map: { a: '9' }, otherwise: 'refuse' } }, credit] },
      'SUBJECT_UNKNOWN /legs/0/subject',
    ],
    ['two debits', { legs: [debit, debit] }, 'RULE_UNBALANCED /legs'],
    [
      'sides of different components',
      { legs: [debit, { ...credit, component: 'fee' }] },
      'RULE_UNBALANCED /legs',
    ],
    [
      'sides in different institutions',
      { legs: [debit, { ...credit, institution: 'to' }] },
      'RULE_UNBALANCED /legs',
    ],
  ])('with %s', (_, body, expected) => {
    expect(refusal(check(body))).toBe(expected)
  })
})

describe('an event under a rule', () => {
  const rule: PostingRule = {
    legs: [
      {
        side: 'DEBIT',
        subject: { by: 'kind', map: { travel: '660202' }, otherwise: 'suspense' },
        component: 'amount',
      },
      { side: 'CREDIT', subject: '1003', component: 'amount' },
    ],
  }
  const base: AccountingEvent = {
    type: 't',
    institution: '1001',
    currency: 'CNY',
    components: { amount: 5n },
    dimensions: { kind: 'travel' },
    reference: 'Taxi, airport',
  }
  const apply = (change: Partial<AccountingEvent>, changed = rule) =>
    applyRule(changed, { ...base, ...change })

  it('goes to the account of its dimension', () => {
    expect(granted(apply({}))[0]).toEqual({
      institution: '1001',
      subject: '660202',
      currency: 'CNY',
      side: 'DEBIT',
      minor: 5n,
    })
  })

  it.each<Record<string, string>>([{}, { kind: 'lunch' }, { kind: 'constructor' }, { kind: '' }])(
    'waits in suspense with its reference when no account is known: %j',
    (dimensions) => {
      const [leg] = granted(apply({ dimensions }))
      expect(leg).toMatchObject({ subject: SUSPENSE_SUBJECT, suspense: 'Taxi, airport' })
    },
  )

  it('waits with its reference where a rule names the suspense account itself', () => {
    const legs = [{ ...rule.legs[0]!, subject: SUSPENSE_SUBJECT }, rule.legs[1]!]
    expect(granted(apply({}, { legs }))[0]).toMatchObject({ suspense: 'Taxi, airport' })
  })

  it('is refused where the rule says so', () => {
    const subject = { by: 'kind', map: { travel: '660202' }, otherwise: 'refuse' } as const
    const legs = [{ ...rule.legs[0]!, subject }, rule.legs[1]!]
    expect(refusal(apply({ dimensions: { kind: 'lunch' } }, { legs }))).toBe('DIMENSION_UNKNOWN')
  })

  it.each(['constructor', '__proto__', 'toString', 'fee'])(
    'is refused without the amount %s, which no object has by itself',
    (component) => {
      const legs = rule.legs.map((l) => ({ ...l, component }))
      expect(refusal(apply({}, { legs }))).toBe('COMPONENT_MISSING')
    },
  )

  it('is refused without the dimension that names an institution', () => {
    const legs = rule.legs.map((l) => ({ ...l, institution: 'constructor' }))
    expect(refusal(apply({}, { legs }))).toBe('DIMENSION_UNKNOWN')
  })

  it('is refused with a negative amount', () => {
    expect(refusal(apply({ components: { amount: -1n } }))).toBe('AMOUNT_NEGATIVE')
  })

  it('leaves out what is nothing', () => {
    expect(granted(apply({ components: { amount: 0n } }))).toEqual([])
  })
})
