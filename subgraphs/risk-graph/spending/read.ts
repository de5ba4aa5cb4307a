/**
 * Payments of a tenant, from the documents of its graph.
 */
import { parseMoney } from '../../kernel/money.ts'
import { TYPE } from '../detect/world.ts'
import { NO_DAY } from '../engine/days.ts'
import { eachNeighbour } from '../engine/live-graph.ts'
import type { Mirror } from '../mirror.ts'
import { entitiesOfType, type RiskReader } from '../store/record.ts'
import type { Payment } from './find.ts'

const PAGE = 2_000n
/** The kind of links from a document to the account that is paid. */
export const PAID_TO = 'paid-to'

/** Documents that have an amount, a day and somebody who is paid; others are left out. */
export async function readPayments(db: RiskReader, mirror: Mirror): Promise<Payment[]> {
  const { graph, tenant } = mirror
  const payments = new Map<number, Payment>()
  let no = 0n
  while (true) {
    const rows = await entitiesOfType(db, { tenant, type: 'document', no, limit: PAGE })
    for (const row of rows) {
      const payment = paymentOf(Number(row.no), JSON.parse(row.attributes))
      // A later version takes the place of an earlier one.
      if (payment !== undefined) payments.set(payment.document, payment)
    }
    if (BigInt(rows.length) < PAGE) return [...payments.values()]
    const last = rows.at(-1)!.no
    no = last === no ? last + 1n : last
  }

  function paymentOf(document: number, attributes: Record<string, unknown>): Payment | undefined {
    const money = parseMoney(attributes.amount, attributes.currency)
    if (!money.ok || document >= graph.nodes) return undefined
    let vendor: number | undefined
    let account: number | null = null
    let payer: number | null = null
    let day = NO_DAY
    eachNeighbour(graph, document, (neighbour, edge) => {
      const type = graph.type[neighbour]
      if (type === TYPE.vendor || type === TYPE.person) {
        vendor = neighbour
        if (graph.day[edge] !== NO_DAY) day = graph.day[edge]!
      } else if (type === TYPE.account) {
        // The account that is paid, not the one that it is booked on.
        if (mirror.kinds[graph.kind[edge]!] === PAID_TO) account = neighbour
      } else if (type === TYPE.payer) payer = neighbour
    })
    if (vendor === undefined || day === NO_DAY) return undefined
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
}
