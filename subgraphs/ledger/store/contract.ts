/**
 * Accounts that bear interest, and contracts with their instalments.
 */
import { rowsStatement } from '../../kernel/store.ts'
import type { LocalDate } from '../../kernel/time.ts'
import type { InstalmentState } from '../product/loan.ts'
import type { Instalment } from '../product/schedule.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type LedgerTx, type Tenant } from './handle.ts'

export type ContractRow = LedgerTables['contract']
export type InstalmentRow = LedgerTables['instalment']

// --- accounts that bear interest --------------------------------------------------------------

/** An account that bears interest, with what its balance is made of. */
export type InterestRow = LedgerTables['interest_account'] & {
  readonly institution: string
  readonly currency: string
  readonly normal: string
  readonly product: string | null
  readonly balance: bigint
  readonly day_on: LocalDate | null
  readonly day_debit: bigint
  readonly day_credit: bigint
}

export const addInterestAccount = define<
  Tenant & { account: string; rateKey: string; dayCount: string; accruedTo: LocalDate }
>()((db, p) =>
  db.insertInto('interest_account').values({
    tenant_id: p.tenant,
    account_id: p.account,
    rate_key: p.rateKey,
    day_count: p.dayCount,
    accrued_to: p.accruedTo,
    accrued_minor: 0n,
    accrued_rest: 0n,
    posted: 0n,
  })
)

export async function interestAccountsOf(
  db: LedgerReader,
  tenant: string,
  accounts: readonly string[],
): Promise<LedgerTables['interest_account'][]> {
  return await db.selectFrom('interest_account').selectAll()
    .where('tenant_id', '=', tenant).where('account_id', 'in', accounts).execute()
}

/** Accounts after one in the order of their ids. */
export const interestPage = define<Tenant & { after: string; limit: bigint }>()((db, p) =>
  db.selectFrom('interest_account as i')
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'i.tenant_id').onRef('a.id', '=', 'i.account_id'),
    )
    .selectAll('i')
    .select([
      'a.institution',
      'a.currency',
      'a.normal',
      'a.product',
      'a.balance',
      'a.day_on',
      'a.day_debit',
      'a.day_credit',
    ])
    .where('i.tenant_id', '=', p.tenant).where('i.account_id', '>', p.after)
    .orderBy('i.account_id').limit(p.limit)
)

/** What accounts in a range of ids moved under a booking date or later, days that are stored. */
export const storedSince = define<Tenant & { after: string; to: string; on: LocalDate }>()(
  (db, p) =>
    db.selectFrom('interest_account as i')
      .innerJoin(
        'account_day as d',
        (j) =>
          j.onRef('d.tenant_id', '=', 'i.tenant_id').onRef('d.account_id', '=', 'i.account_id')
            .on('d.booking_on', '>=', p.on),
      )
      .select(['d.account_id', 'd.booking_on', 'd.value_on', 'd.debit', 'd.credit'])
      .where('i.tenant_id', '=', p.tenant).where('i.account_id', '>', p.after)
      .where('i.account_id', '<=', p.to),
)

/** What was booked before a day and counts from a later one. */
export const forwardFrom = define<Tenant & { on: LocalDate }>()((db, p) =>
  db.selectFrom('account_day')
    .select(['account_id', 'booking_on', 'value_on', 'debit', 'credit'])
    .where('tenant_id', '=', p.tenant).where('value_on', '>', p.on)
    .whereRef('value_on', '>', 'booking_on').where('booking_on', '<', p.on)
)

const putAccruals = rowsStatement<LedgerTables>(
  ['text', 'text', 'text', 'bigint', 'bigint', 'bigint'],
  (values) =>
    `update interest_account set accrued_to = a.column3, accrued_minor = a.column4, ` +
    `accrued_rest = a.column5, posted = a.column6 from (${values}) as a ` +
    `where interest_account.tenant_id = a.column1 and interest_account.account_id = a.column2`,
)

/** Where accrual of an account is. */
export interface AccrualState {
  readonly account: string
  readonly to: LocalDate
  readonly minor: bigint
  readonly rest: bigint
  readonly posted: bigint
}

export async function writeAccruals(
  tx: LedgerTx,
  tenant: string,
  rows: readonly AccrualState[],
): Promise<void> {
  await putAccruals(tx, rows.map((r) => [tenant, r.account, r.to, r.minor, r.rest, r.posted]))
}

// --- contracts --------------------------------------------------------------------------------

export const insertContract = define<
  Tenant & {
    id: string
    kind: string
    product: string
    customer: string
    institution: string
    currency: string
    account: string
    settleAccount: string
    principal: bigint
    rate: bigint
    rateKey: string
    method: string | null
    periods: bigint | null
    interestOnly: bigint | null
    term: string | null
    repricing: string | null
    baseKey: string | null
    spread: bigint | null
    dueDay: string | null
    startedOn: LocalDate
    maturesOn: LocalDate
  }
>()((db, p) =>
  db.insertInto('contract').values({
    tenant_id: p.tenant,
    id: p.id,
    kind: p.kind,
    product: p.product,
    customer: p.customer,
    institution: p.institution,
    currency: p.currency,
    account_id: p.account,
    settle_account_id: p.settleAccount,
    principal: p.principal,
    rate: p.rate,
    rate_key: p.rateKey,
    method: p.method,
    periods: p.periods,
    interest_only: p.interestOnly,
    term: p.term,
    repricing: p.repricing,
    base_key: p.baseKey,
    spread: p.spread,
    due_day: p.dueDay,
    started_on: p.startedOn,
    matures_on: p.maturesOn,
    status: 'ACTIVE',
    grade: 'PASS',
    accrued_to: p.startedOn,
    posted: 0n,
    off_posted: 0n,
    penalty_posted: 0n,
    penalty_off: 0n,
    provision: 0n,
    prepaid: 0n,
    withdrawals: 0n,
  })
)

export const contractById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('contract').selectAll()
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).limit(1)
)

/** Active contracts after one in the order of their ids. */
export const contractPage = define<Tenant & { after: string; limit: bigint }>()((db, p) =>
  db.selectFrom('contract').selectAll()
    .where('tenant_id', '=', p.tenant).where('status', '=', 'ACTIVE').where('id', '>', p.after)
    .orderBy('id').limit(p.limit)
)

export async function contractsOfCustomers(
  db: LedgerReader,
  tenant: string,
  customers: readonly string[],
): Promise<ContractRow[]> {
  return await db.selectFrom('contract').selectAll()
    .where('tenant_id', '=', tenant).where('customer', 'in', customers).orderBy('id').execute()
}

/** Writes what changes of a contract in its life. */
export const putContract = define<
  Tenant & {
    id: string
    rate: bigint
    baseKey: string | null
    spread: bigint | null
    maturesOn: LocalDate
    status: string
    grade: string
    accruedTo: LocalDate
    posted: bigint
    offPosted: bigint
    penaltyPosted: bigint
    penaltyOff: bigint
    provision: bigint
    prepaid: bigint
    withdrawals: bigint
  }
>()((db, p) =>
  db.updateTable('contract').set({
    rate: p.rate,
    base_key: p.baseKey,
    spread: p.spread,
    matures_on: p.maturesOn,
    status: p.status,
    grade: p.grade,
    accrued_to: p.accruedTo,
    posted: p.posted,
    off_posted: p.offPosted,
    penalty_posted: p.penaltyPosted,
    penalty_off: p.penaltyOff,
    provision: p.provision,
    prepaid: p.prepaid,
    withdrawals: p.withdrawals,
  }).where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

/** Writes a contract back as it is now. */
export async function saveContract(tx: LedgerTx, row: ContractRow): Promise<void> {
  await putContract(tx, {
    tenant: row.tenant_id,
    id: row.id,
    rate: row.rate,
    baseKey: row.base_key,
    spread: row.spread,
    maturesOn: row.matures_on,
    status: row.status,
    grade: row.grade,
    accruedTo: row.accrued_to,
    posted: row.posted,
    offPosted: row.off_posted,
    penaltyPosted: row.penalty_posted,
    penaltyOff: row.penalty_off,
    provision: row.provision,
    prepaid: row.prepaid,
    withdrawals: row.withdrawals,
  })
}

const addInstalments = rowsStatement<LedgerTables>(
  [
    ...['text', 'text', 'bigint', 'text', 'bigint', 'bigint', 'bigint'] as const,
    ...['text', 'bigint', 'bigint', 'bigint', 'bigint', 'bigint', 'bigint', 'text'] as const,
  ],
  (values) =>
    `insert into instalment (tenant_id, contract_id, period, due_on, principal, interest, ` +
    `remaining, split_on, split_earned, paid_principal, paid_interest, penalty, ` +
    `penalty_rest, paid_penalty, penalty_to) ${values}`,
)

export async function insertInstalments(
  tx: LedgerTx,
  tenant: string,
  contract: string,
  rows: readonly Instalment[],
): Promise<void> {
  await addInstalments(
    tx,
    rows.map((row) => [
      tenant,
      contract,
      BigInt(row.period),
      row.dueOn,
      row.principal,
      row.interest,
      row.remaining,
      row.split?.on ?? null,
      row.split?.earned ?? null,
      0n,
      0n,
      0n,
      0n,
      0n,
      row.dueOn,
    ]),
  )
}

/** Removes the instalments after a period: another schedule takes their place. */
export const dropInstalments = define<Tenant & { contract: string; after: bigint }>()((db, p) =>
  db.deleteFrom('instalment').where('tenant_id', '=', p.tenant)
    .where('contract_id', '=', p.contract).where('period', '>', p.after)
)

/** The instalments of contracts, by contract and period. */
export async function instalmentsOf(
  db: LedgerReader,
  tenant: string,
  contracts: readonly string[],
): Promise<InstalmentRow[]> {
  if (contracts.length === 0) return []
  return await db.selectFrom('instalment').selectAll()
    .where('tenant_id', '=', tenant).where('contract_id', 'in', contracts)
    .orderBy('contract_id').orderBy('period').execute()
}

/** Has an instalment fall due on another day. */
export const moveInstalment = define<
  Tenant & { contract: string; period: bigint; dueOn: LocalDate }
>()((db, p) =>
  db.updateTable('instalment').set({ due_on: p.dueOn, penalty_to: p.dueOn })
    .where('tenant_id', '=', p.tenant).where('contract_id', '=', p.contract)
    .where('period', '=', p.period)
)

const putInstalments = rowsStatement<LedgerTables>(
  ['text', 'text', 'bigint', 'bigint', 'bigint', 'bigint', 'bigint', 'bigint', 'text'],
  (values) =>
    `update instalment set paid_principal = a.column4, paid_interest = a.column5, ` +
    `penalty = a.column6, penalty_rest = a.column7, paid_penalty = a.column8, ` +
    `penalty_to = a.column9 from (${values}) as a where instalment.tenant_id = a.column1 ` +
    `and instalment.contract_id = a.column2 and instalment.period = a.column3`,
)

/** Writes what was paid of instalments, and the penalty on the rest. */
export async function writeInstalments(
  tx: LedgerTx,
  tenant: string,
  rows: readonly { readonly contract: string; readonly state: InstalmentState }[],
): Promise<void> {
  await putInstalments(
    tx,
    rows.map(({ contract, state }) => [
      tenant,
      contract,
      BigInt(state.period),
      state.paidPrincipal,
      state.paidInterest,
      state.penalty.minor,
      state.penalty.rest,
      state.paidPenalty,
      state.penaltyTo,
    ]),
  )
}

/** An instalment as the rules take it. */
export function instalmentState(row: InstalmentRow): InstalmentState {
  return {
    period: Number(row.period),
    dueOn: row.due_on,
    principal: row.principal,
    interest: row.interest,
    ...(row.split_on === null ? {} : { split: { on: row.split_on, earned: row.split_earned! } }),
    paidPrincipal: row.paid_principal,
    paidInterest: row.paid_interest,
    penalty: { minor: row.penalty, rest: row.penalty_rest },
    paidPenalty: row.paid_penalty,
    penaltyTo: row.penalty_to,
  }
}
