/**
 * Payments of a tenant, from the documents of its graph.
 */
import { parseMoney } from '../../kernel/money.ts'
import { TYPE } from '../detect/world.ts'
import { NO_DAY } from '../engine/days.ts'
import type { Mirror } from '../mirror.ts'
import type { LinkColumns } from '../port.ts'
import { entitiesOfType, type RiskReader } from '../store/record.ts'
import type { Payment } from './find.ts'

const PAGE = 2_000n
/** The kind of links from a document to the account that is paid. */
export const PAID_TO = 'paid-to'

/** Documents that have an amount, a day and somebody who is paid; others are left out. @throws PortError */
export async function readPayments(db: RiskReader, mirror: Mirror): Promise<Payment[]> {
  const { tenant } = mirror
  const payments = new Map<number, Payment>()
  let no = 0n
  while (true) {
    const rows = await entitiesOfType(db, { tenant, type: 'document', no, limit: PAGE })
    const amounts = rows.map((row) => ({ no: Number(row.no), row: JSON.parse(row.attributes) }))
      .filter(({ row }) => parseMoney(row.amount, row.currency).ok)
    const links = await mirror.ask((graph) => graph.links(amounts.map(({ no }) => no)))
    const parties = partiesOf(links, mirror)
    for (const { no, row } of amounts) {
      const payment = paymentOf(no, row, parties.get(no))
      // A later version takes the place of an earlier one.
      if (payment !== undefined) payments.set(no, payment)
    }
    if (BigInt(rows.length) < PAGE) return [...payments.values()]
    const last = rows.at(-1)!.no
    no = last === no ? last + 1n : last
  }
}

interface Parties {
  vendor: number | undefined
  account: number | null
  payer: number | null
  day: number
}

/** Whom documents tell of, by the numbers of the documents. */
function partiesOf(
  { from, to, kind, day }: LinkColumns,
  { types, kinds }: Mirror,
): Map<number, Parties> {
  const parties = new Map<number, Parties>()
  for (let i = 0; i < from.length; i++) {
    for (const [document, other] of [[from[i]!, to[i]!], [to[i]!, from[i]!]] as const) {
      if (types[document] !== TYPE.document) continue
      const known = parties.get(document) ??
        { vendor: undefined, account: null, payer: null, day: NO_DAY }
      parties.set(document, known)
      const type = types[other]
      if (type === TYPE.vendor || type === TYPE.person) {
        known.vendor = other
        if (day[i] !== NO_DAY) known.day = day[i]!
      } else if (type === TYPE.account) {
        // The account that is paid, not the one that it is booked on.
        if (kinds[kind[i]!] === PAID_TO) known.account = other
      } else if (type === TYPE.payer) known.payer = other
    }
  }
  return parties
}

function paymentOf(
  document: number,
  attributes: Readonly<Record<string, unknown>>,
  parties: Parties | undefined,
): Payment | undefined {
  const money = parseMoney(attributes.amount, attributes.currency)
  if (!money.ok || parties?.vendor === undefined || parties.day === NO_DAY) return undefined
  const { vendor, account, payer, day } = parties
  const { reference } = attributes
  return {
    document,
    vendor,
    account,
    payer,
    ...money.value,
    day,
    reference: typeof reference === 'string' ? reference : '',
  }
}
