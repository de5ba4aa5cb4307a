import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MOVING,
  type OrderStatus,
  react,
  type Report,
  WAITING,
} from '../../subgraphs/orders/order-state.ts'

const STATUSES: readonly OrderStatus[] = [
  'IN_APPROVAL',
  'REJECTED',
  'WITHDRAWN',
  'APPROVED',
  'POSTING_REFUSED',
  'PAYING',
  'PAYMENT_UNKNOWN',
  'PAYMENT_FAILED',
  'COMPLETED',
  'REVERSED',
]
const REPORTS: readonly Report[] = [
  'APPROVAL_POSTED',
  'APPROVAL_REFUSED',
  'SETTLEMENT_POSTED',
  'SETTLEMENT_REFUSED',
  'PAYMENT_UNKNOWN',
  'PAYMENT_SETTLED',
  'PAYMENT_FAILED',
  'REVERSED',
]

interface Life {
  readonly status: OrderStatus
  readonly round: bigint
}

function live(reports: readonly Report[], pays = true, start: OrderStatus = 'APPROVED'): Life {
  return reports.reduce<Life>(({ status, round }, report) => {
    const reaction = react(status, report, { pays, round })
    return { status: reaction.status, round: round + (reaction.pays ? 1n : 0n) }
  }, { status: start, round: 0n })
}

/** All ways to shuffle sequences into one another, each keeping its own order. */
function interleavings<T>(one: readonly T[], two: readonly T[]): T[][] {
  const [a, ...restA] = one
  const [b, ...restB] = two
  if (a === undefined) return [[...two]]
  if (b === undefined) return [[...one]]
  return [
    ...interleavings(restA, two).map((rest) => [a, ...rest]),
    ...interleavings(one, restB).map((rest) => [b, ...rest]),
  ]
}

function permutations<T>(items: readonly T[]): T[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
}

/** Each report up to three times, in any order. */
const repeated = (reports: readonly Report[]) =>
  fc.array(fc.constantFrom(...reports), { maxLength: reports.length * 2 })
    .chain((more) =>
      fc.shuffledSubarray([...reports, ...more], { minLength: reports.length + more.length })
    )

describe('every report in every status', () => {
  const pairs = STATUSES.flatMap((status) => REPORTS.map((report) => [status, report] as const))

  it.each(pairs)('%s takes %s', (status, report) => {
    for (const pays of [true, false]) {
      for (const round of [0n, 1n]) {
        const reaction = react(status, report, { pays, round })
        expect(STATUSES).toContain(reaction.status)
        if (reaction.pays) expect(reaction.status).toBe('PAYING')
      }
    }
  })

  it('leaves alone what nobody approved, and what was undone', () => {
    for (const status of ['IN_APPROVAL', 'REJECTED', 'WITHDRAWN', 'REVERSED'] as const) {
      for (const report of REPORTS) {
        expect(react(status, report, { pays: true, round: 0n })).toEqual({ status, pays: false })
      }
    }
  })

  it('undoes whatever was approved', () => {
    const approved = STATUSES.filter((s) => !['IN_APPROVAL', 'REJECTED', 'WITHDRAWN'].includes(s))
    for (const status of approved) {
      expect(react(status, 'REVERSED', { pays: true, round: 1n }).status).toBe('REVERSED')
    }
  })
})

describe('a payment', () => {
  it('is asked for at most once whatever is reported, in whatever order and however often', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...REPORTS), { maxLength: 25 }), (reports) => {
        expect(live(reports).round).toBeLessThanOrEqual(1n)
      }),
      { numRuns: 5000 },
    )
  })

  it('is never asked for by an order that pays nothing', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...REPORTS)), (reports) => {
      expect(live(reports, false).round).toBe(0n)
    }))
  })

  it('is known for good once it is settled, posted or undone', () => {
    const known = new Set<OrderStatus>(['COMPLETED', 'POSTING_REFUSED', 'REVERSED'])
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...REPORTS), { maxLength: 12 }),
        fc.array(fc.constantFrom(...REPORTS), { maxLength: 12 }),
        (before, after) => {
          // The books refuse the approval before anything is paid, if they do.
          const first: Report[] = ['APPROVAL_POSTED', ...before, 'PAYMENT_SETTLED']
          expect(known).toContain(live([...first, ...after]).status)
        },
      ),
      { numRuns: 5000 },
    )
  })
})

describe('a normal life', () => {
  const settled: Report[] = ['APPROVAL_POSTED', 'PAYMENT_SETTLED', 'SETTLEMENT_POSTED']

  it.each(permutations(settled))('ends as completed when told as %s, %s, %s', (...reports) => {
    expect(live(reports).status).toBe('COMPLETED')
  })

  it('ends as completed in any order with any repetition', () => {
    fc.assert(fc.property(repeated(settled), (reports) => {
      expect(live(reports).status).toBe('COMPLETED')
    }))
  })

  it('ends as completed however late it is told that the outcome was unknown', () => {
    const withDoubt: Report[] = ['APPROVAL_POSTED', 'PAYMENT_UNKNOWN', 'PAYMENT_SETTLED']
    for (const reports of interleavings<Report>(withDoubt.slice(1), ['SETTLEMENT_POSTED'])) {
      expect(live(['APPROVAL_POSTED', ...reports]).status, reports.join()).toBe('COMPLETED')
    }
    fc.assert(fc.property(repeated([...settled, 'PAYMENT_UNKNOWN']), (reports) => {
      expect(live(reports).status).toBe('COMPLETED')
    }))
  })

  it('without a payment ends with its posting', () => {
    fc.assert(fc.property(repeated(['APPROVAL_POSTED']), (reports) => {
      expect(live(reports, false).status).toBe('COMPLETED')
    }))
  })

  it('that ends in a failed payment is told so in any repetition', () => {
    const failed: Report[] = ['PAYMENT_UNKNOWN', 'PAYMENT_FAILED']
    fc.assert(fc.property(repeated(failed), (reports) => {
      expect(live(['APPROVAL_POSTED', ...reports, 'PAYMENT_FAILED']).status).toBe('PAYMENT_FAILED')
    }))
  })
})

describe('a settlement that the books refuse', () => {
  // The ledger's reports keep their order, and the payment's theirs; one may overtake the other.
  const fromLedger: Report[] = ['SETTLEMENT_REFUSED', 'SETTLEMENT_POSTED']
  const fromPayments: Report[] = ['PAYMENT_UNKNOWN', 'PAYMENT_SETTLED']

  it('ends as completed once it is mended, whichever is heard first', () => {
    for (const reports of interleavings(fromLedger, fromPayments)) {
      expect(live(['APPROVAL_POSTED', ...reports]).status, reports.join()).toBe('COMPLETED')
    }
  })

  it('waits for an accountant until then, whichever is heard first', () => {
    for (const reports of interleavings<Report>(['SETTLEMENT_REFUSED'], fromPayments)) {
      expect(live(['APPROVAL_POSTED', ...reports]).status, reports.join()).toBe('POSTING_REFUSED')
    }
  })

  it('is not paid again when its approval is reported once more', () => {
    const life = live([
      'APPROVAL_POSTED',
      'PAYMENT_SETTLED',
      'SETTLEMENT_REFUSED',
      'APPROVAL_POSTED',
    ])
    expect(life).toEqual({ status: 'POSTING_REFUSED', round: 1n })
  })
})

describe('an approval that the books refuse', () => {
  it('goes on to its payment once it is mended', () => {
    expect(live(['APPROVAL_REFUSED'])).toEqual({ status: 'POSTING_REFUSED', round: 0n })
    expect(live(['APPROVAL_REFUSED', 'APPROVAL_POSTED'])).toEqual({ status: 'PAYING', round: 1n })
  })

  it('is not taken back by a refusal that comes late', () => {
    expect(live(['APPROVAL_POSTED', 'APPROVAL_REFUSED']).status).toBe('PAYING')
  })
})

describe('who has to act', () => {
  it('is a person, nobody, or the order itself: never two of them', () => {
    for (const status of STATUSES) {
      expect(WAITING.has(status) && MOVING.has(status), status).toBe(false)
    }
  })
})
