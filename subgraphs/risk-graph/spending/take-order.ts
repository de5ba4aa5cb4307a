/**
 * An order that is to be paid, as a document of the graph.
 */
import { sha256Hex } from '../../kernel/chain.ts'
import type { Delivery } from '../../kernel/event.ts'
import { dateOf, type Instant } from '../../kernel/time.ts'
import type { EntityDraft, EntityType, LinkDraft } from '../record.ts'
import { PAID_TO } from './read.ts'
import type { RiskTx } from '../store/record.ts'
import { writeRecord } from '../write-record.ts'

/** Topics that become documents. */
export const ORDER_TOPICS = ['order.payable']

interface Payable {
  readonly serial: string
  readonly institution: string
  readonly direction: string
  readonly amount: string
  readonly currency: string
  readonly payee: { readonly name?: string; readonly account?: string } | null
}

/** Records who pays whom by which document. A later round of the same order adds its day. */
export async function takeOrder(tx: RiskTx, delivery: Delivery, at: Instant): Promise<void> {
  const { tenant, occurredAt, id } = delivery
  const { entities, links } = draftsOf(JSON.parse(delivery.payload) as Payable, dateOf(occurredAt))
  await writeRecord(tx, {
    tenant,
    batch: `event:${id}`,
    at,
    entities: entities.map((draft) => ({ line: 0, draft })),
    links: links.map((draft) => ({ line: 0, draft })),
  }, () => undefined)
}

function draftsOf(order: Payable, on: string): { entities: EntityDraft[]; links: LinkDraft[] } {
  const document = orderDocument(order.serial)
  const payer = `payer:${order.institution}`
  const name = (order.payee?.name ?? '').trim().slice(0, 200)
  const amount = order.direction === 'COLLECT' ? `-${order.amount}` : order.amount
  const entities: EntityDraft[] = [
    {
      id: document,
      type: 'document',
      name: order.serial,
      attributes: { amount, currency: order.currency },
    },
    { id: payer, type: 'payer', name: order.institution, attributes: {} },
  ]
  const links: LinkDraft[] = [{ from: payer, to: document, kind: 'pays', on }]
  if (name !== '') {
    const id = `payee:${sha256Hex(fold(name)).slice(0, 24)}`
    entities.push({ id, type: payeeType(name), name, attributes: {} })
    links.push({ from: document, to: id, kind: 'to', on })
  }
  const account = order.payee?.account
  if (typeof account === 'string' && account.trim() !== '') {
    const id = `account:${sha256Hex(account.trim()).slice(0, 24)}`
    entities.push({ id, type: 'account', name: account.trim().slice(0, 200), attributes: {} })
    links.push({ from: document, to: id, kind: PAID_TO, on })
  }
  return { entities, links }
}

/** The document of an order. */
export function orderDocument(serial: string): string {
  return `order:${serial}`
}

/** Names of people are masked wherever they are shown; those of companies are not. */
function payeeType(name: string): EntityType {
  return /^\p{Script=Han}{2,4}$/u.test(name) && !/[厂店社院校行局处站部]$/.test(name)
    ? 'person'
    : 'vendor'
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ')
}
