/**
 * Products of a ledger in tests: contracts, what they owe, and the books below them.
 */
import { expect } from 'vitest'
import type { TestEngine } from '../rig/engines.ts'
import { type LedgerDesk, ownLedgerDesks } from './ledger.ts'
import { newKey } from './orders.ts'
import { findings, granted } from './rig.ts'

export const CNY = (amount: string) => ({ amount, currency: 'CNY' })

/** Has a version of a parameter approved, in force from the beginning of 2026. */
export async function decided(
  desk: LedgerDesk,
  key: string,
  body: object,
  version = 2,
): Promise<void> {
  const { parameters } = desk.context(desk.accountant).ledger
  granted(await parameters.propose({ key, version, effectiveFrom: '2026-01-01', body }))
  const verdict = { key, version, verdict: 'APPROVED' as const, reason: '' }
  granted(await desk.context(desk.checker).ledger.parameters.decide(verdict))
}

/** Loans, deposits and exchange over ledgers of their own, and what tests look at. */
export function productTools(engine: TestEngine) {
  const newDesk = ownLedgerDesks(engine)
  const deposits = (desk: LedgerDesk) => desk.context(desk.accountant).ledger.deposits
  const loans = (desk: LedgerDesk) => desk.context(desk.accountant).ledger.loans
  const exchange = (desk: LedgerDesk) => desk.context(desk.accountant).ledger.exchange
  const contractOf = (desk: LedgerDesk, id: string) =>
    desk.db.selectFrom('contract').selectAll().where('tenant_id', '=', desk.tenant)
      .where('id', '=', id).executeTakeFirstOrThrow()
  const instalments = (desk: LedgerDesk, id: string) =>
    desk.db.selectFrom('instalment').selectAll().where('tenant_id', '=', desk.tenant)
      .where('contract_id', '=', id).orderBy('period').execute()
  const usual = async (desk: LedgerDesk, account: string) =>
    -(await desk.db.selectFrom('account').select('balance').where('tenant_id', '=', desk.tenant)
      .where('id', '=', account).executeTakeFirstOrThrow()).balance
  const gl = async (desk: LedgerDesk, subject: string) => {
    const rows = await desk.db.selectFrom('general_day').select(['debit', 'credit'])
      .where('tenant_id', '=', desk.tenant).where('subject', '=', subject).execute()
    return rows.reduce((sum, row) => sum + row.debit - row.credit, 0n)
  }
  const grant = async (desk: LedgerDesk, settleAccount: string, change: object = {}) =>
    granted(
      await loans(desk).grantLoan({
        idempotencyKey: newKey(),
        settleAccount,
        amount: CNY('12000.00'),
        method: 'EQUAL_PAYMENT',
        periods: 12,
        ...change,
      }),
    )
  /** Cash paid into an account, or out of it when negative. */
  const cash = async (desk: LedgerDesk, account: string, amount: string) => {
    const out = amount.startsWith('-')
    const money = CNY(out ? amount.slice(1) : amount)
    granted(
      await desk.commands().postVoucher({
        idempotencyKey: newKey(),
        summary: 'cash',
        legs: [
          { institution: '1001', subject: '1001', side: out ? 'CREDIT' : 'DEBIT', amount: money },
          { account, side: out ? 'DEBIT' : 'CREDIT', amount: money },
        ],
      }),
    )
  }
  /** What products did, as the vouchers of an event type tell it: components, oldest first. */
  const events = async (desk: LedgerDesk, type: string) => {
    const rows = await desk.db.selectFrom('accounting_event').selectAll()
      .where('tenant_id', '=', desk.tenant).where('type', '=', type).orderBy('id').execute()
    return rows.map((row) => JSON.parse(row.body).accounting.components as Record<string, string>)
  }
  /** Details below a subject come to it: receivable, noted and provisions of all contracts. */
  const reconciled = async (desk: LedgerDesk) => {
    const rows = await desk.db.selectFrom('contract').selectAll()
      .where('tenant_id', '=', desk.tenant).where('kind', '=', 'LOAN').execute()
    const sum = (of: (row: typeof rows[number]) => bigint) =>
      rows.reduce((all, row) => all + of(row), 0n)
    expect({
      receivable: await gl(desk, '1132'),
      noted: await gl(desk, '9001'),
      provision: -(await gl(desk, '1304')),
    }).toEqual({
      receivable: sum((row) => row.posted + row.penalty_posted),
      noted: sum((row) => row.off_posted + row.penalty_off),
      provision: sum((row) => row.provision),
    })
    expect(await findings(desk.running)).toEqual([])
  }
  return {
    newDesk,
    deposits,
    loans,
    exchange,
    contractOf,
    instalments,
    usual,
    gl,
    grant,
    cash,
    events,
    reconciled,
  }
}
