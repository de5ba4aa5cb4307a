/**
 * Tables of the ledger. Amounts are minor units; balances are debit-positive.
 */
import type { Generated } from 'kysely'
import type { Migration } from '../kernel/migrate.ts'
import { kernelMigrations, type KernelTables } from '../kernel/tables.ts'
import type { Instant, LocalDate } from '../kernel/time.ts'
import { firstTables } from './store/migration-1.ts'
import { accountTables } from './store/migration-2.ts'
import { productTables } from './store/migration-3.ts'
import { counterTables } from './store/migration-4.ts'

export interface LedgerTables extends KernelTables {
  institution: { tenant_id: string; code: string; zh: string; en: string }
  subject: {
    tenant_id: string
    code: string
    zh: string
    en: string
    class: string
    normal: string
    postable: bigint
  }
  /**
   * A view of 分户账: what an account is, and what is on it. One per place (institution, subject,
   * currency) with an empty number, opened when first used; and any number of customers' accounts
   * beside it.
   */
  account:
    & Omit<LedgerTables['account_record'], 'account_no'>
    & Omit<LedgerTables['account_balance'], 'day_on'>
    & { day_on: LocalDate | null }
  account_record: {
    account_no: Generated<bigint>
    tenant_id: string
    id: string
    institution: string
    subject: string
    currency: string
    number: string
    customer: string | null
    product: string | null
    normal: string
    status: string
    min_balance: bigint | null
    max_balance: bigint | null
    opened_at: Instant
  }
  /** What is on an account: the row that a posting writes. */
  account_balance: {
    account_no: bigint
    balance: bigint
    held: bigint
    /** Its newest entry, which names the one before it. */
    last_entry: bigint | null
    /**
     * The newest booking day, whose sums are here until an entry of a later one comes; as a number
     * such as 20261126.
     */
    day_on: bigint | null
    day_debit: bigint
    day_credit: bigint
  }
  /** What happened to an account besides entries. Append-only. */
  account_change: {
    tenant_id: string
    id: string
    account_id: string
    what: string
    detail: string
    reason: string
    changed_by: string
    changed_at: Instant
  }
  /** What an account moved, by booking date and value date: days that are over, and value-dated ones. */
  account_day: {
    tenant_id: string
    account_id: string
    booking_on: LocalDate
    value_on: LocalDate
    debit: bigint
    credit: bigint
  }
  /** A view: stored days and open ones. */
  account_movement: {
    tenant_id: string
    account_id: string
    booking_on: LocalDate
    value_on: LocalDate
    debit: bigint
    credit: bigint
  }
  /** 总账: what a subject of an institution moved on a booking date, all its accounts together. */
  general_day: {
    tenant_id: string
    institution: string
    subject: string
    currency: string
    booking_on: LocalDate
    debit: bigint
    credit: bigint
  }
  /** 预授权: what is reserved of an account. */
  account_hold: {
    tenant_id: string
    id: string
    account_id: string
    minor: bigint
    captured: bigint
    state: string
    reference: string
    expires_at: Instant | null
    placed_by: string
    placed_at: Instant
    ended_at: Instant | null
  }
  /** Every arrival of an accounting event, posted or refused. Append-only. */
  accounting_event: {
    tenant_id: string
    id: string
    source: string
    type: string
    serial: string
    body_hash: string
    body: string
    outcome: string
    code: string | null
    message: string | null
    received_at: Instant
  }
  /** Append-only. Numbers rise in the order in which vouchers were booked. */
  voucher: {
    voucher_no: bigint
    tenant_id: string
    id: string
    number: string
    kind: string
    serial: string | null
    event_id: string | null
    event_type: string | null
    rule_version: bigint | null
    reverses: string | null
    booking_on: LocalDate
    value_on: LocalDate
    recorded_at: Instant
    posted_by: string
    summary: string
    hash: Uint8Array
    /** The link of the chain that it is in, in the order of the numbers. */
    link: bigint
    /** Whether its entries are red (红字). */
    red: bigint
    /** Idempotency key with what it is scoped by, and sha256 of what was asked under it. */
    posting_key: string | null
    body_hash: Uint8Array | null
    hold_id: string | null
    channel: string | null
  }
  /** Append-only. `entry_no` is 1,024 times the voucher's number and the line, from 0. */
  entry_line: {
    entry_no: bigint
    account_no: bigint
    /** Debit-positive. */
    amount: bigint
    balance_after: bigint
    /** The entry before it in its account. */
    prev_entry: bigint | null
  }
  /** A view of entries as people read them. */
  entry: {
    tenant_id: string
    voucher_id: string
    line: bigint
    account_id: string
    side: string
    minor: bigint
    balance_after: bigint
    booking_on: LocalDate
    value_on: LocalDate
    entry_no: bigint
    account_no: bigint
    amount: bigint
  }
  suspense_item: {
    tenant_id: string
    id: string
    voucher_id: string
    line: bigint
    serial: string | null
    reference: string
    opened_on: LocalDate
    state: string
    cleared_by: string | null
  }
  /** Accounts whose balance bears interest, and how far it is accrued and posted. */
  interest_account: {
    tenant_id: string
    account_id: string
    rate_key: string
    day_count: string
    /** The last day whose interest is in it. */
    accrued_to: LocalDate
    accrued_minor: bigint
    accrued_rest: bigint
    /** What of it stands in the books as payable. */
    posted: bigint
  }
  /** Loans and term deposits. */
  contract: {
    tenant_id: string
    id: string
    kind: string
    product: string
    customer: string
    institution: string
    currency: string
    account_id: string
    settle_account_id: string
    principal: bigint
    rate: bigint
    rate_key: string
    method: string | null
    periods: bigint | null
    interest_only: bigint | null
    term: string | null
    /** Of a loan: when it is repriced, what its rate rests on, and by how much it is above that. */
    repricing: string | null
    base_key: string | null
    spread: bigint | null
    /** Of a loan: where a due day goes that is no working day. */
    due_day: string | null
    started_on: LocalDate
    matures_on: LocalDate
    status: string
    grade: string
    accrued_to: LocalDate
    /** Interest that stands in the books as receivable or payable, less what was settled of it. */
    posted: bigint
    /** Interest that is noted off the balance sheet. */
    off_posted: bigint
    /** Penalty interest, as `posted` and `off_posted` are of interest. */
    penalty_posted: bigint
    penalty_off: bigint
    provision: bigint
    /** Principal that was repaid, or withdrawn, before it was due. */
    prepaid: bigint
    /** Of a deposit: how often a part of it was withdrawn early. */
    withdrawals: bigint
  }
  instalment: {
    tenant_id: string
    contract_id: string
    period: bigint
    due_on: LocalDate
    principal: bigint
    interest: bigint
    remaining: bigint
    /** The day on which the rate changed within the period, and what was earned of it by then. */
    split_on: LocalDate | null
    split_earned: bigint | null
    paid_principal: bigint
    paid_interest: bigint
    /** Penalty interest up to `penalty_to`: whole minor units, and the rest in units of accrual. */
    penalty: bigint
    penalty_rest: bigint
    paid_penalty: bigint
    penalty_to: LocalDate
  }
  /** What rates loans had. `rule` says why there is another. Append-only. */
  contract_repricing: {
    tenant_id: string
    id: string
    contract_id: string
    on_date: LocalDate
    rule: string
    rate_before: bigint
    rate: bigint
    repriced_by: string
    repriced_at: Instant
  }
  /** A teller's drawer, counted at the end of their day (轧账). Append-only. */
  teller_day: {
    tenant_id: string
    id: string
    teller: string
    institution: string
    currency: string
    on_date: LocalDate
    /** What the books had in the drawer, and what was counted. */
    booked: bigint
    counted: bigint
    counted_at: Instant
  }
  /** What a second person said of a count that differs from the books. Append-only. */
  teller_check: {
    tenant_id: string
    count_id: string
    verdict: string
    reason: string
    checked_by: string
    checked_at: Instant
    /** The voucher of the difference, when it was accepted. */
    voucher_id: string | null
  }
  /** 会计日 as a state: entries are booked on the open one, while the one before is ended. */
  business_day: {
    tenant_id: string
    on_date: LocalDate
    state: string
    opened_at: Instant
    cut_at: Instant | null
    closed_at: Instant | null
    report: string | null
  }
  /** Months that take no more entries. No row: open. */
  closed_period: { tenant_id: string; period: string; closed_by: string; closed_at: Instant }
}

export const ledgerMigrations: readonly Migration[] = [
  ...kernelMigrations,
  firstTables,
  accountTables,
  productTables,
  counterTables,
]
