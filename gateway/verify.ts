/**
 * Checks the whole system's data: every subgraph against itself, and the subgraphs against one another.
 */
import { hasDatabase } from '../subgraphs/kernel/store.ts'
import type { Finding, Subgraph } from '../subgraphs/kernel/subgraph.ts'
import type { Config } from './config.ts'
import type { SubgraphProcess } from './process.ts'
import { type OrderFacts, SUBGRAPHS } from './subgraphs.ts'
import type { System } from './system.ts'

/** What was counted on the way. @property approvedMinor by currency, less what credit notes gave back */
export interface Tally {
  orders: number
  approvalVouchers: number
  instructions: number
  settlementVouchers: number
  readonly approvedMinor: Map<string, bigint>
}

/** States in which the approval is in the books. */
const BOOKED = new Set(['PAYING', 'PAYMENT_UNKNOWN', 'PAYMENT_FAILED', 'COMPLETED', 'REVERSED'])
/** States in which nothing of an order may be in the books. */
const UNBOOKED = new Set(['IN_APPROVAL', 'REJECTED', 'WITHDRAWN'])

interface Voucher {
  readonly eventType: string
  readonly minor: bigint
  readonly currency: string
}

interface Instruction {
  readonly state: string
  readonly minor: bigint
  readonly currency: string
}

/** Which subgraphs have a database, and which have none: nothing was ever done with those. */
export function databasesOf({ databaseUrl }: Pick<Config, 'databaseUrl'>): {
  readonly there: readonly Subgraph[]
  readonly missing: readonly Subgraph[]
} {
  const { there = [], missing = [] } = Object.groupBy(
    SUBGRAPHS,
    ({ name }) => hasDatabase(databaseUrl, name) ? 'there' : 'missing',
  )
  return { there, missing }
}

/** Everything that is wrong inside some subgraphs, where others are missing to be compared with. */
export async function* verifyPart({ running }: SubgraphProcess): AsyncGenerator<Finding> {
  for (const subgraph of Object.values(running)) yield* subgraph.verify()
}

/** Everything that is wrong, nothing when all is in order. `tally` is filled on the way. */
export async function* verifySystem(
  { subgraphs }: System,
  tenants: readonly string[],
  tally: Tally,
): AsyncGenerator<Finding> {
  for (const running of Object.values(subgraphs)) yield* running.verify()
  for (const tenant of tenants) yield* verifyLineage(subgraphs, tenant, tally)
}

/** Walks orders, vouchers and instructions side by side, all of them by serial. */
async function* verifyLineage(
  { orders, ledger, payments }: System['subgraphs'],
  tenant: string,
  tally: Tally,
): AsyncGenerator<Finding> {
  const vouchers = new BySerial(ledger.bookedOrders(tenant))
  const instructions = new BySerial(payments.instructions(tenant))
  for await (const order of orders.orderFacts(tenant)) {
    for (const stray of await vouchers.before(order.serial)) {
      yield finding('VOUCHER_WITHOUT_ORDER', `${stray.serial}: ${stray.voucher}`)
    }
    for (const stray of await instructions.before(order.serial)) {
      yield finding('INSTRUCTION_WITHOUT_ORDER', `${stray.serial}: ${stray.id}`)
    }
    const booked = await vouchers.at(order.serial)
    const instructed = await instructions.at(order.serial)
    tally.orders += 1
    const approval = booked.filter((v) => v.eventType === order.approvedEvent)
    tally.approvalVouchers += approval.length
    tally.settlementVouchers += booked.length - approval.length
    tally.instructions += instructed.length
    for (const { currency, minor } of approval) {
      const signed = order.direction === 'COLLECT' ? -minor : minor
      tally.approvedMinor.set(currency, (tally.approvedMinor.get(currency) ?? 0n) + signed)
    }
    for (const what of orderFaults(order, booked, instructed)) {
      yield finding(what, `${order.serial} (${order.status})`)
    }
  }
  for (const stray of await vouchers.before(undefined)) {
    yield finding('VOUCHER_WITHOUT_ORDER', `${stray.serial}: ${stray.voucher}`)
  }
  for (const stray of await instructions.before(undefined)) {
    yield finding('INSTRUCTION_WITHOUT_ORDER', `${stray.serial}: ${stray.id}`)
  }
}

/** What does not fit between one order, its vouchers and its instructions. */
export function orderFaults(
  order: OrderFacts,
  vouchers: readonly Voucher[],
  instructions: readonly Instruction[],
): string[] {
  const faults: string[] = []
  const approvals = vouchers.filter((v) => v.eventType === order.approvedEvent)
  const settlements = vouchers.filter((v) => v.eventType === order.settledEvent)
  const settled = instructions.filter((i) => i.state === 'SETTLED')
  const differs = (other: { minor: bigint; currency: string }) =>
    other.minor !== order.minor || other.currency !== order.currency
  if (UNBOOKED.has(order.status) && vouchers.length > 0) faults.push('BOOKED_BEFORE_APPROVAL')
  if (BOOKED.has(order.status) && approvals.length === 0) faults.push('NOT_BOOKED')
  if (approvals.length > 1 || settlements.length > 1) faults.push('BOOKED_TWICE')
  if (vouchers.length > approvals.length + settlements.length) faults.push('BOOKED_OTHERWISE')
  if (vouchers.some(differs)) faults.push('BOOKED_AMOUNT')
  if (settled.length > 1) faults.push('PAID_TWICE')
  if (instructions.some(differs)) faults.push('PAID_AMOUNT')
  if (instructions.length > 0 && approvals.length === 0) faults.push('PAID_BEFORE_BOOKED')
  if (order.settledEvent === null && instructions.length > 0) faults.push('PAID_WITHOUT_CAUSE')
  if (order.status === 'COMPLETED' && order.settledEvent !== null && settled.length === 0) {
    faults.push('COMPLETED_NOT_PAID')
  }
  if (settlements.length > settled.length) faults.push('SETTLEMENT_WITHOUT_PAYMENT')
  return faults
}

/** Rows that come by serial, taken serial by serial. */
class BySerial<Row extends { readonly serial: string }> {
  readonly #rows: AsyncIterator<Row>
  #next: Row | undefined
  #started = false

  constructor(rows: AsyncIterable<Row>) {
    this.#rows = rows[Symbol.asyncIterator]()
  }

  /** Rows before a serial, or all that are left. */
  before(serial: string | undefined): Promise<Row[]> {
    return this.#while((row) => serial === undefined || row.serial < serial)
  }

  at(serial: string): Promise<Row[]> {
    return this.#while((row) => row.serial === serial)
  }

  async #while(wanted: (row: Row) => boolean): Promise<Row[]> {
    if (!this.#started) await this.#advance()
    const taken: Row[] = []
    while (this.#next !== undefined && wanted(this.#next)) {
      taken.push(this.#next)
      await this.#advance()
    }
    return taken
  }

  async #advance(): Promise<void> {
    this.#started = true
    const read = await this.#rows.next()
    this.#next = read.done ? undefined : read.value
  }
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'lineage', code, message }
}
