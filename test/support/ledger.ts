/**
 * The ledger at work, with the people of one tenant.
 */
import { onTestFinished } from 'vitest'
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { Draft } from '../../subgraphs/ledger/book.ts'
import { ledger, type RunningLedger } from '../../subgraphs/ledger/mod.ts'
import type { LedgerContext } from '../../subgraphs/ledger/graph.ts'
import type { LedgerReader } from '../../subgraphs/ledger/store/handle.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import type { TestEngine } from '../rig/engines.ts'
import { actor, requestOf } from './actors.ts'
import { deliver, delivery } from './events.ts'
import { newKey } from './orders.ts'
import { granted, openRig, type Rig, sharedRig } from './rig.ts'

/** The accounting part of an event, valid unless changed. */
export interface Accounting {
  readonly type: string
  readonly serial: string
  readonly institution: string
  readonly currency: string
  readonly valueOn: string
  readonly summary: string
  readonly reference: string
  readonly components: Readonly<Record<string, string>>
  readonly dimensions: Readonly<Record<string, string>>
}

/** A leg by hand: `['1001', '1002', 'DEBIT', '5.00']`, in CNY unless a currency follows. */
export type HandLeg = readonly [
  institution: string,
  subject: string,
  side: 'DEBIT' | 'CREDIT',
  amount: string,
  currency?: string,
]

/** A tenant's people, and what tests look at. */
export interface LedgerDesk {
  readonly tenant: string
  readonly rig: Rig<RunningLedger>
  readonly running: RunningLedger
  readonly db: LedgerReader
  readonly accountant: Actor
  readonly checker: Actor
  context(actor: Actor | undefined): LedgerContext
  /** The commands of the accountant, or of somebody else. */
  commands(by?: Actor): LedgerContext['ledger']['commands']
  accounts(by?: Actor): LedgerContext['ledger']['accounts']
  /** Delivers an approved supplier payment of 100.00 CNY; answers what was sent. */
  approve(change?: Partial<Accounting>): Promise<Accounting>
  /** Posts by hand and answers the voucher's id. */
  post(...legs: HandLeg[]): Promise<string>
  /** The only voucher of a serial. */
  voucherOf(serial: string): Promise<LedgerTables['voucher']>
  events(serial: string): Promise<LedgerTables['accounting_event'][]>
  /** Balances in minor units by `institution subject currency`, those of nothing left out. */
  balances(): Promise<Record<string, bigint>>
  /** The items in suspense, oldest first. */
  suspense(): Promise<LedgerTables['suspense_item'][]>
  /** How many rows each of the books' tables has. */
  counts(): Promise<Record<string, bigint>>
}

let serials = 0

/** A serial that no other test uses. */
export function newSerial(): string {
  return `OA20261123-${(++serials).toString().padStart(6, '0')}-0`
}

/** A valid accounting part. */
export function accounting(change: Partial<Accounting> = {}): Accounting {
  return {
    type: 'supplier-payment.approved',
    serial: newSerial(),
    institution: '1001',
    currency: 'CNY',
    valueOn: '2026-11-20',
    summary: '华东印刷 · 宣传册印刷',
    reference: 'Marketing',
    components: { amount: '100.00' },
    dimensions: { expenseCategory: 'marketing' },
    ...change,
  }
}

/** The legs of a voucher by hand. */
export function handLegs(legs: readonly HandLeg[]) {
  return legs.map(([institution, subject, side, amount, currency = 'CNY']) => ({
    institution,
    subject,
    side,
    amount: { amount, currency },
  }))
}

/** A desk in a tenant of its own. */
export async function ledgerDesk(rig: Rig<RunningLedger>): Promise<LedgerDesk> {
  const tenant = await rig.tenant()
  const { running } = rig
  const accountant = actor(tenant, 'accountant')
  const context = (by: Actor | undefined) => running.context(requestOf(by)) as LedgerContext
  const { db } = context(accountant).ledger
  const commands: LedgerDesk['commands'] = (by = accountant) => context(by).ledger.commands
  return {
    tenant,
    rig,
    running,
    db,
    accountant,
    checker: actor(tenant, 'checker'),
    context,
    commands,
    accounts: (by = accountant) => context(by).ledger.accounts,
    async approve(change) {
      const body = accounting(change)
      const { serial } = body
      const topic = body.type.endsWith('.settled') ? 'payment.settled' : 'order.approved'
      await deliver(
        running,
        delivery({ tenant, source: 'orders', topic, key: serial }, { serial, accounting: body }),
      )
      return body
    },
    post: async (...legs) =>
      granted(
        await commands().postVoucher({
          idempotencyKey: newKey(),
          summary: 'by hand',
          legs: handLegs(legs),
        }),
      ),
    voucherOf: (serial) =>
      db.selectFrom('voucher').selectAll().where('tenant_id', '=', tenant)
        .where('serial', '=', serial).executeTakeFirstOrThrow(),
    events: (serial) =>
      db.selectFrom('accounting_event').selectAll().where('tenant_id', '=', tenant)
        .where('serial', '=', serial).orderBy('received_at').orderBy('id').execute(),
    async balances() {
      const rows = await db.selectFrom('account').selectAll().where('tenant_id', '=', tenant)
        .where('balance', '<>', 0n).execute()
      return Object.fromEntries(
        rows.map((a) => [`${a.institution} ${a.subject} ${a.currency}`, a.balance]),
      )
    },
    suspense: () =>
      db.selectFrom('suspense_item').selectAll().where('tenant_id', '=', tenant).orderBy('id')
        .execute(),
    async counts() {
      const tables = ['voucher', 'entry', 'accounting_event', 'suspense_item', 'outbox'] as const
      const counted = await Promise.all(tables.map(async (table) => {
        const { count } = await db.selectFrom(table).select((eb) =>
          eb.fn.countAll<bigint>().as('count')
        ).where('tenant_id', '=', tenant).executeTakeFirstOrThrow()
        return [table, count] as const
      }))
      return Object.fromEntries(counted)
    },
  }
}

/** A customer's deposit account with money in it, in CNY unless a currency is given. */
export async function openFunded(
  desk: LedgerDesk,
  amount: string,
  change: Partial<{ currency: string; min: string | null; max: string | null; customer: string }> =
    {},
): Promise<{ account: string; fund: string | undefined }> {
  const { currency = 'CNY', min = '0', max = null, customer = 'cus_1' } = change
  const account = granted(
    await desk.accounts().openAccount({
      idempotencyKey: newKey(),
      institution: '1001',
      subject: '2011',
      currency,
      customer,
      min,
      max,
    }),
  )
  if (Number(amount) === 0) return { account, fund: undefined }
  const fund = granted(
    await desk.commands().postVoucher({
      idempotencyKey: newKey(),
      summary: 'cash paid in',
      legs: [
        { institution: '1001', subject: '1001', side: 'DEBIT', amount: { amount, currency } },
        { account, side: 'CREDIT', amount: { amount, currency } },
      ],
    }),
  )
  return { account, fund }
}

/** Holds an amount of an account; answers the hold's id. */
export async function placeHold(
  desk: LedgerDesk,
  account: string,
  amount: string,
  expiresAt?: string,
): Promise<string> {
  return granted(
    await desk.accounts().placeHold({
      idempotencyKey: newKey(),
      account,
      amount: { amount, currency: 'CNY' },
      reference: 'hotel',
      expiresAt,
    }),
  )
}

/** A maker of desks over ledgers of their own: each with a clock that the others do not see. */
export function ownLedgerDesks(engine: TestEngine): () => Promise<LedgerDesk> {
  return async () => {
    const rig = await openRig(ledger, await engine.freshUrl())
    onTestFinished(() => rig.close())
    return await ledgerDesk(rig)
  }
}

/** A maker of desks over a ledger that the tests of one contract share. */
export function ledgerDesks(engine: TestEngine): () => Promise<LedgerDesk> {
  const rig = sharedRig(engine, ledger)
  return () => ledgerDesk(rig())
}

/** The head of a voucher by hand, booked today unless a test says otherwise. */
export function handHead(desk: LedgerDesk, change: Partial<Draft['head']> = {}): Draft['head'] {
  const bookingOn = change.bookingOn ?? '2026-11-23'
  return {
    tenant: desk.tenant,
    id: desk.rig.ports.ids.next('vch'),
    kind: 'MANUAL',
    serial: null,
    eventId: null,
    eventType: null,
    eventHash: null,
    ruleVersion: null,
    reverses: null,
    bookingOn,
    valueOn: bookingOn,
    recordedAt: desk.rig.ports.clock.now(),
    postedBy: 'test',
    summary: 's',
    ...change,
  }
}
