/**
 * What happens when an order has all its approvals.
 */
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256Hex } from '../kernel/chain.ts'
import { emit } from '../kernel/outbox.ts'
import { isCurrency } from '../kernel/money.ts'
import type { Instant } from '../kernel/time.ts'
import { accountingOf, type OrderType, outcomeOf } from './order-type.ts'
import type { Json } from './pointer.ts'
import type { OrderTx } from './store.ts'

/** An order as far as its approval is concerned. */
export interface Approved {
  readonly tenant: string
  readonly serial: string
  readonly type: string
  readonly version: bigint
  readonly maker: string
  readonly institution: string
  readonly minor: bigint
  readonly currency: string
  readonly summary: string
  readonly form: Json
}

/** A step that was approved. @property step from 1 */
export interface DecidedStep {
  readonly step: bigint
  readonly role: string
  readonly by: string
  readonly at: Instant
}

/**
 * What an approver approved, as one hash: SHA-256 of canonical JSON. Whoever holds the order can make
 * it again.
 */
export function contentHash(order: Approved): string {
  const { serial, type, version, maker, institution, currency, form } = order
  const amount = order.minor
  return sha256Hex(
    canonicalJson({ serial, type, version, maker, institution, amount, currency, form } as never),
  )
}

/** Tells the ledger and the evidence log, in the approval's own transaction. */
export async function announceApproval(
  tx: OrderTx,
  type: OrderType,
  order: Approved,
  steps: readonly DecidedStep[],
  event: { id: string; at: Instant },
): Promise<void> {
  if (!isCurrency(order.currency)) throw new Error(`stored currency ${order.currency}`)
  const { approvedEvent } = outcomeOf(type, order.form)
  await emit(tx, {
    tenant: order.tenant,
    ...event,
    topic: 'order.approved',
    key: order.serial,
    payload: {
      serial: order.serial,
      accounting: accountingOf(
        type,
        { ...order, money: { minor: order.minor, currency: order.currency } },
        approvedEvent,
      ),
      approval: {
        content: contentHash(order),
        type: order.type,
        version: order.version,
        maker: order.maker,
        // Without reasons: they may name people, and stay with the order.
        steps: steps.map(({ step, role, by, at }) => ({ step, role, by, at })),
      },
    },
  })
}
