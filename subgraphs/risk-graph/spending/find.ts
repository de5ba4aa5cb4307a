/**
 * What is odd about payments to suppliers: paid twice, split below a limit, sent round.
 *
 * A finding is a question to ask, with the documents to look at; it is not a verdict. Payments that a
 * credit note took back, and what recurs, are left out.
 */

/** One document as it was booked. @property minor negative for a credit note @property day since 1970 */
export interface Payment {
  readonly document: number
  readonly vendor: number
  readonly account: number | null
  readonly payer: number | null
  readonly minor: bigint
  readonly currency: string
  readonly day: number
  /** The supplier's own number; empty where unknown. */
  readonly reference: string
}

export type PaymentKind = 'DUPLICATE' | 'SPLIT' | 'ROUND_TRIP'

/** @property score from 0 to 1 @property reason one English sentence */
export interface PaymentFinding {
  readonly kind: PaymentKind
  readonly score: number
  readonly reason: string
  readonly documents: readonly number[]
}

/**
 * @property limitMinor what one person may approve alone, in minor units
 * @property splitDays payments so close together count as one
 */
export interface PaymentLimits {
  readonly limitMinor: bigint
  readonly splitDays: number
  readonly nearDays: number
  readonly creditDays: number
  readonly roundTripDays: number
  /** Amounts below are not looked at for duplicates. */
  readonly smallMinor: bigint
}

export const PAYMENT_LIMITS: PaymentLimits = {
  limitMinor: 1_000_000n,
  splitDays: 3,
  nearDays: 45,
  creditDays: 120,
  roundTripDays: 60,
  smallMinor: 10_000n,
}

/** A split's parts are not small change. */
const PART_OF_LIMIT = 2n
/** What is paid so often in the same amount is a rent or a fee. */
const RECURRING_FROM = 4

/** All findings, gravest first. */
export function findOddPayments(
  given: readonly Payment[],
  limits: PaymentLimits = PAYMENT_LIMITS,
): PaymentFinding[] {
  const payments = given.toSorted((a, b) => a.day - b.day || a.document - b.document)
  const byVendor = Map.groupBy(payments, ({ vendor, currency }) => `${vendor} ${currency}`)
  const findings: PaymentFinding[] = []
  for (const own of byVendor.values()) {
    findings.push(...duplicates(own, limits), ...splits(own, limits))
  }
  findings.push(...roundTrips(payments, limits))
  return findings.toSorted((a, b) =>
    b.score - a.score || a.documents[0]! - b.documents[0]! || (a.kind < b.kind ? -1 : 1)
  )
}

function duplicates(own: readonly Payment[], limits: PaymentLimits): PaymentFinding[] {
  const findings: PaymentFinding[] = []
  const credits = own.filter(({ minor }) => minor < 0n)
  const byAmount = Map.groupBy(
    own.filter(({ minor }) => minor >= limits.smallMinor),
    (p) => p.minor,
  )
  for (const same of byAmount.values()) {
    const credited = credits.filter((credit) => -credit.minor === same[0]!.minor)
    const numbered = Map.groupBy(
      same.filter(({ reference }) => reference !== ''),
      (p) => p.reference,
    )
    const told = new Set<number>()
    const tell = (list: readonly Payment[], score: number, reason: string) => {
      const taken = credited.filter(({ day }) =>
        day >= list[0]!.day && day <= list.at(-1)!.day + limits.creditDays
      ).length
      // As many credit notes as there are payments too many: it was noticed.
      if (
        list.length - 1 <= taken || list.every(({ document }) =>
          told.has(document)
        )
      ) return
      for (const { document } of list) told.add(document)
      findings.push({ kind: 'DUPLICATE', score, reason, documents: list.map((p) => p.document) })
    }
    for (const [reference, list] of numbered) {
      if (list.length < 2) continue
      tell(list, 0.95, `Document ${reference} of the supplier was paid ${list.length} times.`)
    }
    for (const list of Map.groupBy(same, ({ day }) => day).values()) {
      if (list.length < 2 || haveDistinctReferences(list)) continue
      tell(list, 0.7, `The same amount went to the supplier ${list.length} times on one day.`)
    }
    if (same.length >= RECURRING_FROM) continue
    for (const [i, first] of same.entries()) {
      const next = same[i + 1]
      if (next === undefined || next.day - first.day > limits.nearDays) continue
      if (haveDistinctReferences([first, next])) continue
      const days = next.day - first.day
      tell([first, next], 0.45, `The same amount went to the supplier again after ${days} days.`)
    }
  }
  return findings
}

/** Two numbers of the supplier's own are two deliveries. */
function haveDistinctReferences(list: readonly Payment[]): boolean {
  const known = list.map(({ reference }) => reference).filter((reference) => reference !== '')
  return known.length === list.length && new Set(known).size === known.length
}

function splits(own: readonly Payment[], limits: PaymentLimits): PaymentFinding[] {
  const { limitMinor, splitDays } = limits
  const parts = own.filter(({ minor }) => minor < limitMinor && minor * PART_OF_LIMIT >= limitMinor)
  const findings: PaymentFinding[] = []
  for (let i = 0; i < parts.length;) {
    let end = i + 1
    while (end < parts.length && parts[end]!.day - parts[i]!.day <= splitDays) end += 1
    const list = parts.slice(i, end)
    const sum = list.reduce((total, { minor }) => total + minor, 0n)
    // Equal amounts are told as duplicates.
    const distinct = new Set(list.map(({ minor }) => minor)).size
    if (list.length >= 2 && sum >= limitMinor && distinct > 1) {
      const close = list.every(({ minor }) => minor * 10n >= limitMinor * 8n)
      findings.push({
        kind: 'SPLIT',
        score: close ? 0.75 : 0.5,
        reason: `${list.length} payments within ${splitDays} days are each below the limit of ` +
          `approval and together above it.`,
        documents: list.map(({ document }) => document),
      })
    }
    i = list.length >= 2 ? end : i + 1
  }
  return findings
}

/** Paid, given back, and the same amount paid to another. */
function roundTrips(payments: readonly Payment[], limits: PaymentLimits): PaymentFinding[] {
  const findings: PaymentFinding[] = []
  const key = ({ minor, currency }: Payment) => `${minor < 0n ? -minor : minor} ${currency}`
  for (const same of Map.groupBy(payments, key).values()) {
    const amount = same[0]!.minor < 0n ? -same[0]!.minor : same[0]!.minor
    if (amount < limits.smallMinor) continue
    const credits = same.filter(({ minor }) => minor < 0n)
    const paid = same.filter(({ minor }) => minor > 0n)
    for (const credit of credits) {
      const before = paid.findLast((p) =>
        p.vendor === credit.vendor && p.day <= credit.day &&
        credit.day - p.day <= limits.creditDays
      )
      const after = paid.find((p) =>
        p.vendor !== credit.vendor && p.day >= credit.day &&
        p.day - credit.day <= limits.roundTripDays
      )
      if (before === undefined || after === undefined) continue
      const shared = after.account !== null && after.account === before.account
      findings.push({
        kind: 'ROUND_TRIP',
        score: shared ? 0.9 : 0.4,
        reason: shared
          ? 'An amount was paid, given back, and paid again to another supplier with the same account.'
          : 'An amount was paid, given back, and the same amount paid to another supplier.',
        documents: [before.document, credit.document, after.document],
      })
    }
  }
  return [...findings, ...loops(payments, limits)]
}

/** Money that comes back: from a payer to a supplier that pays the payer as its supplier. */
function loops(
  payments: readonly Payment[],
  { roundTripDays, smallMinor }: PaymentLimits,
): PaymentFinding[] {
  const out = payments.filter(({ minor, payer }) => minor >= smallMinor && payer !== null)
  const byPayer = Map.groupBy(out, ({ payer }) => payer!)
  const findings: PaymentFinding[] = []
  for (const first of out) {
    for (const back of byPayer.get(first.vendor) ?? []) {
      if (back.vendor !== first.payer || back.currency !== first.currency) continue
      const days = back.day - first.day
      if (days < 0 || days > roundTripDays) continue
      const [low, high] = back.minor < first.minor
        ? [back.minor, first.minor]
        : [first.minor, back.minor]
      // Near the same amount: a fee may have stayed on the way.
      if (low * 10n < high * 9n) continue
      findings.push({
        kind: 'ROUND_TRIP',
        score: 0.85,
        reason: `Nearly the same amount came back from the supplier after ${days} days.`,
        documents: [first.document, back.document],
      })
    }
  }
  return findings
}
