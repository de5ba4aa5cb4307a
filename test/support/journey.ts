/**
 * Steps that many journeys take, all of them through the front door.
 */
import { expect } from 'vitest'
import { type Bank, until, type Who } from './server.ts'

/** Everything that follows from an order, in one query across all subgraphs. */
export const LINEAGE = `query Lineage($serial: String!) {
  order(serial: $serial) {
    serial type typeVersion status summary institution maker form
    amount { amount currency }
    approvals { id step role state decidedBy verdict reason }
    timeline { seq kind actor actorKind hash detail }
    accountingEvents { id type source outcome code components dimensions }
    vouchers {
      id number kind valueOn postedBy summary hash link
      event { id type }
      rule { event version state body }
      entries {
        line institution side
        subject { code nameZh }
        amount { amount currency }
        balanceAfter { amount currency }
      }
    }
    suspense { id reference state amount { amount currency } clearedBy }
    payments {
      id round direction state bankReference failureCode
      amount { amount currency }
      channel { code simulated }
      attempts { seq kind outcome }
    }
  }
}`

const SUBMIT = `mutation Submit($input: SubmitOrderInput!) {
  submitOrder(input: $input) {
    ... on SubmittedOrder { repeated order { serial status } }
    ... on OrderRefusal { code place }
  }
}`
const DECIDE = `mutation Decide($input: DecideTaskInput!) {
  decideTask(input: $input) {
    ... on BusinessOrder { serial status }
    ... on OrderRefusal { code place }
  }
}`

// What GraphQL answers has the shape that the test asked for.
// deno-lint-ignore no-explicit-any
type Anything = any

let keys = 0

/** An idempotency key that no other journey uses. */
export function journeyKey(): string {
  return `journey-${process.pid}-${(++keys).toString().padStart(6, '0')}`
}

/** What becomes of entering an order: `{ repeated, order }` or `{ code, place }`. */
export async function trySubmit(
  bank: Bank,
  type: string,
  form: object,
  { who = 'maker', key = journeyKey() }: { who?: Who; key?: string } = {},
): Promise<Anything> {
  const input = { type, form, idempotencyKey: key }
  return (await bank.ask(who, SUBMIT, { input })).submitOrder
}

/** Enters an order and answers its serial. */
export async function submit(
  bank: Bank,
  type: string,
  form: object,
  who: Who = 'maker',
): Promise<string> {
  const entered = await trySubmit(bank, type, form, { who })
  if (entered.order === undefined) expect.fail(`refused with ${entered.code} ${entered.place}`)
  return entered.order.serial
}

/** The id of the open task of an order. */
export async function openTask(bank: Bank, serial: string): Promise<string> {
  const { approvals } = await lineage(bank, serial)
  const open = approvals.filter((task: { state: string }) => task.state === 'OPEN')
  expect(open).toHaveLength(1)
  return open[0].id
}

/** Decides a task: `{ serial, status }` or `{ code, place }`. */
export async function decide(
  bank: Bank,
  who: Who,
  task: string,
  verdict: 'APPROVE' | 'REJECT' = 'APPROVE',
  reason = '',
): Promise<Anything> {
  return (await bank.ask(who, DECIDE, { input: { task, verdict, reason } })).decideTask
}

/** Approves the order's open task; fails the test when that is refused. */
export async function approve(bank: Bank, serial: string, who: Who = 'checker'): Promise<void> {
  expect(await decide(bank, who, await openTask(bank, serial))).toMatchObject({ serial })
}

/** The order with all that followed from it. */
export async function lineage(bank: Bank, serial: string, who: Who = 'checker'): Promise<Anything> {
  return (await bank.ask(who, LINEAGE, { serial })).order
}

/** Waits until an order is in a state, and answers it with all that followed. */
export async function untilStatus(bank: Bank, serial: string, status: string): Promise<Anything> {
  return await until(`${serial} is ${status}`, async () => {
    const order = await bank.ask(
      'checker',
      'query ($s: String!) { order(serial: $s) { status } }',
      {
        s: serial,
      },
    )
    return order.order.status === status && await lineage(bank, serial)
  })
}

/** Waits until an order is completed and knows of so many vouchers, and answers it. */
export async function untilBooked(bank: Bank, serial: string, vouchers: number): Promise<Anything> {
  return await until(`${serial} is completed with ${vouchers} vouchers`, async () => {
    const order = await lineage(bank, serial)
    const posted = kindsOf(order).filter((kind) => kind === 'POSTED')
    const done = order.status === 'COMPLETED' && order.vouchers.length >= vouchers
    return done && posted.length >= vouchers && order
  })
}

/** The kinds of an order's timeline. */
export function kindsOf(order: { timeline: { kind: string }[] }): string[] {
  return order.timeline.map(({ kind }) => kind)
}

/** The entries of a voucher as `SIDE institution subject amount`. */
export function entriesOf(voucher: Anything): string[] {
  return voucher.entries.map((entry: Anything) =>
    `${entry.side} ${entry.institution} ${entry.subject.code} ${entry.amount.amount}`
  )
}

/** A decimal with two places as minor units. */
export function minor(amount: string): bigint {
  expect(amount).toMatch(/^-?\d+\.\d\d$/)
  return BigInt(amount.replace('.', ''))
}

/** The trial balance of all time: closing balance in minor units by `subject currency`. */
export async function trialBalance(
  bank: Bank,
): Promise<{ balanced: boolean; closing: Record<string, bigint> }> {
  const { trialBalance: balance } = await bank.ask(
    'accountant',
    `{ trialBalance(from: "2000-01-01", to: "2100-01-01") {
      balanced rows { subject { code } closing { amount currency } }
    } }`,
  )
  return {
    balanced: balance.balanced,
    closing: Object.fromEntries(
      balance.rows.map((row: Anything) => [
        `${row.subject.code} ${row.closing.currency}`,
        minor(row.closing.amount),
      ]),
    ),
  }
}
