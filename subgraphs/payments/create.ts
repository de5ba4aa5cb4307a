/**
 * A payment instruction (付款指令) from an order whose books are in order.
 */
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import type { Delivery } from '../kernel/event.ts'
import { parseMoney } from '../kernel/money.ts'
import { must } from '../kernel/result.ts'
import type { Instant } from '../kernel/time.ts'
import { currentTrace } from '../kernel/trace.ts'
import { insertInstruction, type PaymentTx } from './store.ts'

interface Payable {
  readonly serial: string
  readonly round: string
  readonly maker: string
  readonly institution: string
  readonly direction: string
  readonly amount: string
  readonly currency: string
  readonly payee: { readonly name: string; readonly account?: string; readonly bank?: string }
  readonly purpose: string
  readonly accounting: CanonicalValue
}

/** Creates the instruction of one round of an order; a second event for the same round adds nothing. */
export async function createInstruction(
  tx: PaymentTx,
  delivery: Delivery,
  made: { id: string; channel: string; at: Instant },
): Promise<void> {
  const payable = JSON.parse(delivery.payload) as Payable
  const money = must(parseMoney(payable.amount, payable.currency))
  await insertInstruction(tx, {
    tenant: delivery.tenant,
    ...made,
    serial: payable.serial,
    round: BigInt(payable.round),
    maker: payable.maker,
    institution: payable.institution,
    direction: payable.direction,
    ...money,
    payee: canonicalJson(payable.payee as unknown as CanonicalValue),
    purpose: payable.purpose,
    accounting: canonicalJson(payable.accounting),
    traceparent: currentTrace() ?? null,
  })
}
