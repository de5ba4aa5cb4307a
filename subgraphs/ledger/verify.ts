/**
 * Checks the books against themselves.
 *
 * Every figure that is stored twice is recomputed from the entries, and every voucher is hashed again
 * and looked up in the chain.
 */
import { type RawBuilder, sql } from 'kysely'
import { chainLinks, firstBreak, sha256Hex } from '../kernel/chain.ts'
import { stuckEvents } from '../kernel/dispatcher.ts'
import type { Reader, Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { VOUCHER_CHAIN } from './book.ts'
import { SUSPENSE_SUBJECT } from './chart.ts'
import { interestUnit } from './product/day-count.ts'
import { PENALTY_DAY_COUNT } from './product/overdue.ts'
import { tenants } from './store/chart.ts'
import { eventsById } from './store/event.ts'
import type { EntryRow, LedgerReader, VoucherRow } from './store/handle.ts'
import { entriesOf, vouchersByLeaf } from './store/voucher.ts'
import type { LedgerTables } from './tables.ts'
import { voucherHash, type VoucherKind } from './voucher.ts'

const PAGE = 500
/** What a minor unit of penalty is in units of its rest. */
const PENALTY_UNIT = interestUnit(PENALTY_DAY_COUNT)

/** What is wrong with the books of all tenants; nothing when they are in order. */
export async function* verifyLedger(store: Store<LedgerTables>): AsyncGenerator<Finding> {
  for (const event of await stuckEvents(store.read as unknown as Reader<KernelTables>)) {
    yield finding('EVENT_STUCK', `${event.topic} ${event.id}: ${event.last_error ?? ''}`)
  }
  for (const { tenant_id: tenant } of await tenants(store.read, {})) {
    yield* await verifyBooks(store, tenant)
  }
}

/** What is wrong with the books of one tenant. */
export async function verifyBooks(store: Store<LedgerTables>, tenant: string): Promise<Finding[]> {
  return await store.snapshot(async (db) => [
    ...await verifySums(db, tenant),
    ...await verifyChain(db, tenant),
  ])
}

/** Each query answers the places where two figures that must agree do not. */
function sumChecks(tenant: string): Readonly<Record<string, RawBuilder<{ place: string }>>> {
  return {
    VOUCHER_UNBALANCED: sql`
      select e.voucher_id as place from entry e
      join account_record a on a.account_no = e.account_no
      where e.tenant_id = ${tenant}
      group by e.voucher_id, a.institution, a.currency having sum(e.amount) <> 0 limit 10`,
    BALANCE_WRONG: sql`
      select a.id as place from account_record a
      left join account_balance b on b.account_no = a.account_no
      left join (select account_no, sum(amount) as moved from entry_line group by account_no) s
        on s.account_no = a.account_no
      where a.tenant_id = ${tenant}
        and (b.balance is null or coalesce(s.moved, 0) <> b.balance) limit 10`,
    // Entries of an account name one another back from its newest.
    ENTRY_LINK_WRONG: sql`
      select e.voucher_id || ' ' || e.line as place from (
        select entry_no, prev_entry,
          lag(entry_no) over (partition by account_no order by entry_no) as before
        from entry_line
      ) l join entry e on e.entry_no = l.entry_no
      where e.tenant_id = ${tenant} and coalesce(l.prev_entry, 0) <> coalesce(l.before, 0)
      limit 10`,
    LAST_ENTRY_WRONG: sql`
      select a.id as place from account a
      left join (select account_no, max(entry_no) as newest from entry_line group by account_no) s
        on s.account_no = a.account_no
      where a.tenant_id = ${tenant} and coalesce(s.newest, 0) <> coalesce(a.last_entry, 0)
      limit 10`,
    // An entry of no account is of no tenant either, and is told to all.
    ENTRY_WITHOUT_VOUCHER: sql`
      select 'entry ' || e.entry_no as place from entry_line e
      left join account_record a on a.account_no = e.account_no
      left join voucher v on v.voucher_no = e.entry_no >> 10
      where a.id is null or (a.tenant_id = ${tenant} and v.id is null) limit 10`,
    DAY_WRONG: sql`
      select d.account_id as place from (${days(tenant)}) d
      left join (${entryDays(tenant)}) e on e.account_id = d.account_id
        and e.booking_on = d.booking_on and e.value_on = d.value_on
      where coalesce(e.debit, 0) <> d.debit or coalesce(e.credit, 0) <> d.credit limit 10`,
    DAY_MISSING: sql`
      select e.account_id as place from (${entryDays(tenant)}) e
      left join (${days(tenant)}) d on d.account_id = e.account_id
        and d.booking_on = e.booking_on and d.value_on = e.value_on
      where d.account_id is null limit 10`,
    // 总分核对: the general ledger against the accounts below it, both ways.
    GENERAL_WRONG: sql`
      select g.institution || ' ' || g.subject || ' ' || g.booking_on as place from general_day g
      left join (${accountsByDay(tenant)}) d on d.institution = g.institution
        and d.subject = g.subject and d.currency = g.currency and d.booking_on = g.booking_on
      where g.tenant_id = ${tenant}
        and (coalesce(d.debit, 0) <> g.debit or coalesce(d.credit, 0) <> g.credit) limit 10`,
    GENERAL_MISSING: sql`
      select d.institution || ' ' || d.subject || ' ' || d.booking_on as place
      from (${accountsByDay(tenant)}) d
      left join general_day g on g.tenant_id = ${tenant} and d.institution = g.institution
        and d.subject = g.subject and d.currency = g.currency and d.booking_on = g.booking_on
      where g.subject is null limit 10`,
    CONTRACT_WRONG: sql`
      select c.id as place from contract c
      join account a on a.tenant_id = c.tenant_id and a.id = c.account_id
      left join (
        select contract_id, sum(paid_principal) as paid from instalment
        where tenant_id = ${tenant} group by contract_id
      ) i on i.contract_id = c.id
      where c.tenant_id = ${tenant} and a.balance <> case
        when c.kind = 'LOAN' then c.principal - c.prepaid - coalesce(i.paid, 0)
        when c.status = 'ACTIVE' then c.prepaid - c.principal else 0 end limit 10`,
    // 罚息: what contracts have in the books against what was accrued of their instalments, rounded
    // as it is booked.
    PENALTY_WRONG: sql`
      select c.id as place from contract c
      left join (
        select contract_id, sum(penalty - paid_penalty
          + case when penalty_rest * 2 >= ${PENALTY_UNIT} then 1 else 0 end) as owed
        from instalment where tenant_id = ${tenant} group by contract_id
      ) i on i.contract_id = c.id
      where c.tenant_id = ${tenant} and c.kind = 'LOAN'
        and c.penalty_posted + c.penalty_off <> coalesce(i.owed, 0) limit 10`,
    HOLD_WRONG: sql`
      select a.id as place from account a
      left join account_hold h on h.tenant_id = a.tenant_id and h.account_id = a.id
        and h.state = 'OPEN'
      where a.tenant_id = ${tenant}
      group by a.id, a.held having coalesce(sum(h.minor - h.captured), 0) <> a.held limit 10`,
    EVENT_WITHOUT_VOUCHER: sql`
      select v.id as place from accounting_event v
      left join voucher w on w.tenant_id = v.tenant_id and w.event_id = v.id
      where v.tenant_id = ${tenant} and v.outcome = 'POSTED' and w.id is null limit 10`,
    VOUCHER_WITHOUT_EVENT: sql`
      select w.id as place from voucher w
      left join accounting_event v on v.tenant_id = w.tenant_id and v.id = w.event_id
        and v.outcome = 'POSTED'
      where w.tenant_id = ${tenant} and w.kind = 'EVENT' and v.id is null limit 10`,
    EVENT_CHANGED: sql`
      select v.id as place from accounting_event v
      join voucher w on w.tenant_id = v.tenant_id and w.event_id = v.id
      where v.tenant_id = ${tenant} and (v.serial <> w.serial or v.type <> w.event_type) limit 10`,
    SUSPENSE_WRONG: sql`
      select a.id as place from account a
      where a.tenant_id = ${tenant} and a.subject = ${SUSPENSE_SUBJECT} and a.balance <> (
        select coalesce(sum(e.amount), 0) from suspense_item s
        join entry e on e.tenant_id = s.tenant_id and e.voucher_id = s.voucher_id
          and e.line = s.line
        where s.tenant_id = a.tenant_id and s.state = 'OPEN' and e.account_id = a.id) limit 10`,
  }
}

/** What accounts moved by day: the open day may have a stored part. */
function days(tenant: string) {
  return sql`
    select tenant_id, account_id, booking_on, value_on, sum(debit) as debit, sum(credit) as credit
    from account_movement where tenant_id = ${tenant}
    group by tenant_id, account_id, booking_on, value_on`
}

/** What the entries of accounts come to by day. */
function entryDays(tenant: string) {
  return sql`
    select account_id, booking_on, value_on,
      sum(case when side = 'DEBIT' then minor else 0 end) as debit,
      sum(case when side = 'CREDIT' then minor else 0 end) as credit
    from entry where tenant_id = ${tenant} group by account_id, booking_on, value_on`
}

/** What accounts moved, summed by place and booking date. */
function accountsByDay(tenant: string) {
  return sql`
    select a.institution, a.subject, a.currency, d.booking_on,
      sum(d.debit) as debit, sum(d.credit) as credit
    from account_movement d join account a on a.tenant_id = d.tenant_id and a.id = d.account_id
    where d.tenant_id = ${tenant}
    group by a.institution, a.subject, a.currency, d.booking_on`
}

async function verifySums(db: LedgerReader, tenant: string): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [code, query] of Object.entries(sumChecks(tenant))) {
    for (const { place } of (await query.execute(db)).rows) findings.push(finding(code, place))
  }
  return findings
}

async function verifyChain(db: LedgerReader, tenant: string): Promise<Finding[]> {
  const findings: Finding[] = []
  const leaves = new Map<bigint, string[]>()
  let after = 0n
  while (true) {
    const vouchers = await vouchersByLeaf(db, { tenant, after, limit: BigInt(PAGE) })
    if (vouchers.length === 0) break
    const entries = await entriesOf(db, tenant, vouchers.map((v) => v.id))
    const byVoucher = Map.groupBy(entries, (entry) => entry.voucher_id)
    const events = await eventsById(db, tenant, vouchers.flatMap((v) => v.event_id ?? []))
    const bodies = new Map(events.map((event) => [event.id, event.body]))
    for (const voucher of vouchers) {
      const body = bodies.get(voucher.event_id ?? '')
      const hash = rehash(voucher, body, byVoucher.get(voucher.id) ?? [])
      if (hash !== hex(voucher.hash) && findings.length < 10) {
        findings.push(finding('VOUCHER_CHANGED', `${voucher.number} ${voucher.id}`))
      }
      const link = leaves.get(voucher.link) ?? []
      link.push(hash)
      leaves.set(voucher.link, link)
    }
    after = vouchers.at(-1)!.voucher_no
  }
  const broken = firstBreak(await chainLinks(db, { tenant, chain: VOUCHER_CHAIN }), leaves)
  if (broken !== undefined) {
    findings.push(finding('CHAIN_BROKEN', `link ${broken.seq}: ${broken.what}`))
  }
  return findings
}

function rehash(row: VoucherRow, body: string | undefined, entries: readonly EntryRow[]): string {
  return voucherHash({
    tenant: row.tenant_id,
    id: row.id,
    number: row.number,
    kind: row.kind as VoucherKind,
    serial: row.serial,
    eventId: row.event_id,
    eventType: row.event_type,
    eventHash: body === undefined ? null : sha256Hex(body),
    ruleVersion: row.rule_version,
    reverses: row.reverses,
    bookingOn: row.booking_on,
    valueOn: row.value_on,
    recordedAt: row.recorded_at,
    postedBy: row.posted_by,
    summary: row.summary,
    ...(row.hold_id === null ? {} : { hold: row.hold_id }),
    ...(row.channel === null ? {} : { channel: row.channel }),
    ...(row.posting_key === null ? {} : { key: row.posting_key }),
    ...(row.body_hash === null ? {} : { bodyHash: hex(row.body_hash) }),
  }, entries.map((e) => ({ ...e, accountId: e.account_id, balanceAfter: e.balance_after })))
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'ledger', code, message }
}
