/**
 * The first tables: chart, accounts, events, vouchers, suspense, periods.
 */
import { sql } from 'kysely'
import type { Migration } from '../../kernel/migrate.ts'

export const firstTables: Migration = {
  name: 'ledger-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('institution')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('code', t.text, (c) => c.notNull())
        .addColumn('zh', t.text, (c) => c.notNull())
        .addColumn('en', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('institution_pk', ['tenant_id', 'code']),
    ).execute()
    await t.table(
      db.schema.createTable('subject')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('code', t.text, (c) => c.notNull())
        .addColumn('zh', t.text, (c) => c.notNull())
        .addColumn('en', t.text, (c) => c.notNull())
        .addColumn('class', t.text, (c) => c.notNull())
        .addColumn('normal', t.text, (c) => c.notNull())
        .addColumn('postable', t.int, (c) => c.notNull().check(sql`postable in (0, 1)`))
        .addPrimaryKeyConstraint('subject_pk', ['tenant_id', 'code']),
    ).execute()
    // What an account is, apart from what is on it: postings write rows that are as narrow as may be.
    await t.table(
      db.schema.createTable('account_record')
        .addColumn('account_no', t.int, t.rowNumber)
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('institution', t.text, (c) => c.notNull())
        .addColumn('subject', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('number', t.text, (c) => c.notNull())
        .addColumn('customer', t.text)
        .addColumn('product', t.text)
        .addColumn('normal', t.text, (c) => c.notNull())
        .addColumn(
          'status',
          t.text,
          (c) => c.notNull().check(sql`status in ('OPEN', 'STOPPED', 'FROZEN', 'CLOSED')`),
        )
        .addColumn('min_balance', t.int)
        .addColumn('max_balance', t.int)
        .addColumn('opened_at', t.text, (c) => c.notNull())
        .addUniqueConstraint('account_id', ['tenant_id', 'id'])
        .addUniqueConstraint('account_place', [
          'tenant_id',
          'institution',
          'subject',
          'currency',
          'number',
        ])
        .addForeignKeyConstraint(
          'account_institution',
          ['tenant_id', 'institution'],
          'institution',
          ['tenant_id', 'code'],
        )
        .addForeignKeyConstraint('account_subject', ['tenant_id', 'subject'], 'subject', [
          'tenant_id',
          'code',
        ]),
    ).execute()
    await db.schema.createIndex('account_number').unique().on('account_record')
      .columns(['tenant_id', 'number']).where(sql<boolean>`number <> ''`).execute()
    await db.schema.createIndex('account_customer').on('account_record')
      .columns(['tenant_id', 'customer', 'id']).where(sql<boolean>`customer is not null`).execute()
    await t.table(
      db.schema.createTable('account_balance')
        .addColumn(
          'account_no',
          t.int,
          (c) => c.primaryKey().references('account_record.account_no'),
        )
        .addColumn('balance', t.int, (c) => c.notNull())
        .addColumn('held', t.int, (c) => c.notNull().check(sql`held >= 0`))
        .addColumn('last_entry', t.int)
        // Such as 20261126: a third of the bytes of a text, in the row that is written most.
        .addColumn('day_on', t.int)
        .addColumn('day_debit', t.int, (c) => c.notNull())
        .addColumn('day_credit', t.int, (c) => c.notNull()),
    ).execute()
    await sql`create view account as
      select r.tenant_id, r.id, r.institution, r.subject, r.currency, r.number, r.customer,
        r.product, r.normal, r.status, r.min_balance, r.max_balance, b.held, b.balance, case
          when b.day_on is not null then cast(b.day_on / 10000 as text) || '-'
            || substr(cast(10000 + b.day_on % 10000 as text), 2, 2) || '-'
            || substr(cast(10000 + b.day_on % 10000 as text), 4, 2) end as day_on,
        b.day_debit, b.day_credit, r.opened_at, r.account_no, b.last_entry
      from account_record r join account_balance b on b.account_no = r.account_no`.execute(db)
    await t.table(
      db.schema.createTable('account_day')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('value_on', t.text, (c) => c.notNull())
        .addColumn('debit', t.int, (c) => c.notNull())
        .addColumn('credit', t.int, (c) => c.notNull())
        .addPrimaryKeyConstraint('account_day_pk', [
          'tenant_id',
          'account_id',
          'booking_on',
          'value_on',
        ]),
    ).execute()
    await sql`create view account_movement as
      select tenant_id, account_id, booking_on, value_on, debit, credit from account_day
      union all
      select tenant_id, id, day_on, day_on, day_debit, day_credit from account
      where day_on is not null`.execute(db)
    await t.table(
      db.schema.createTable('general_day')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('institution', t.text, (c) => c.notNull())
        .addColumn('subject', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('debit', t.int, (c) => c.notNull())
        .addColumn('credit', t.int, (c) => c.notNull())
        .addPrimaryKeyConstraint('general_day_pk', [
          'tenant_id',
          'institution',
          'subject',
          'currency',
          'booking_on',
        ]),
    ).execute()
    await t.table(
      db.schema.createTable('accounting_event')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('source', t.text, (c) => c.notNull())
        .addColumn('type', t.text, (c) => c.notNull())
        .addColumn('serial', t.text, (c) => c.notNull())
        .addColumn('body_hash', t.text, (c) => c.notNull())
        .addColumn('body', t.text, (c) => c.notNull())
        .addColumn(
          'outcome',
          t.text,
          (c) => c.notNull().check(sql`outcome in ('POSTED', 'REFUSED')`),
        )
        .addColumn('code', t.text)
        .addColumn('message', t.text)
        .addColumn('received_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('accounting_event_pk', ['tenant_id', 'id']),
    ).execute()
    // One posting per order and event type, ever: the books' own idempotency key.
    await db.schema.createIndex('accounting_event_posted').unique().on('accounting_event')
      .columns(['tenant_id', 'serial', 'type']).where(sql<boolean>`outcome = 'POSTED'`).execute()
    await t.appendOnly('accounting_event')
    await t.table(
      db.schema.createTable('voucher')
        .addColumn('voucher_no', t.int, t.rowNumber)
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('number', t.text, (c) => c.notNull())
        .addColumn('kind', t.text, (c) => c.notNull())
        .addColumn('serial', t.text)
        .addColumn('event_id', t.text)
        .addColumn('event_type', t.text)
        .addColumn('rule_version', t.int)
        .addColumn('reverses', t.text)
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('value_on', t.text, (c) => c.notNull())
        .addColumn('recorded_at', t.text, (c) => c.notNull())
        .addColumn('posted_by', t.text, (c) => c.notNull())
        .addColumn('summary', t.text, (c) => c.notNull())
        .addColumn('hash', t.bytes, (c) => c.notNull())
        .addColumn('link', t.int, (c) => c.notNull())
        .addColumn('red', t.int, (c) => c.notNull().defaultTo(0).check(sql`red in (0, 1)`))
        .addColumn('posting_key', t.text)
        .addColumn('body_hash', t.bytes)
        .addColumn('hold_id', t.text)
        .addColumn('channel', t.text)
        .addUniqueConstraint('voucher_id', ['tenant_id', 'id']),
    ).execute()
    const index = (name: string, columns: readonly string[], present: string) =>
      db.schema.createIndex(name).on('voucher').columns(['tenant_id', ...columns])
        .where(sql<boolean>`${sql.ref(present)} is not null`)
    // A key answers with its voucher ever after.
    await index('voucher_key', ['posting_key'], 'posting_key').unique().execute()
    // Numbers are taken from a sequence; that no two are the same is also the books' own rule.
    await db.schema.createIndex('voucher_number').unique().on('voucher')
      .columns(['tenant_id', 'number']).execute()
    await index('voucher_event', ['event_id'], 'event_id').unique().execute()
    await index('voucher_reverses', ['reverses'], 'reverses').unique().execute()
    await index('voucher_serial', ['serial', 'id'], 'serial').execute()
    await index('voucher_event_type', ['event_type', 'id'], 'event_type').execute()
    await t.appendOnly('voucher')
    // 1,024 numbers for each voucher, so that its entries lie together; each names the one before it
    // in its account, so that no index over accounts is written far away from where entries are.
    await t.table(
      db.schema.createTable('entry_line')
        .addColumn('entry_no', t.int, (c) => c.primaryKey())
        .addColumn('account_no', t.int, (c) => c.notNull())
        .addColumn('amount', t.int, (c) => c.notNull().check(sql`amount <> 0`))
        .addColumn('balance_after', t.int, (c) => c.notNull())
        .addColumn('prev_entry', t.int),
    ).execute()
    await t.appendOnly('entry_line')
    // Both conditions say the same: one finds the entries of a voucher, the other the voucher of one.
    await sql`create view entry as
      select v.tenant_id, v.id as voucher_id, (e.entry_no & 1023) + 1 as line, r.id as account_id,
        case when (e.amount > 0) = (v.red = 0) then 'DEBIT' else 'CREDIT' end as side,
        case when (e.amount > 0) = (v.red = 0) then e.amount else -e.amount end as minor,
        e.balance_after, v.booking_on, v.value_on, e.entry_no, e.amount, e.account_no
      from voucher v
      join entry_line e on e.entry_no >= v.voucher_no << 10 and e.entry_no <= (v.voucher_no << 10) + 1023
        and v.voucher_no = e.entry_no >> 10
      join account_record r on r.account_no = e.account_no`.execute(db)
    await t.table(
      db.schema.createTable('suspense_item')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('voucher_id', t.text, (c) => c.notNull())
        .addColumn('line', t.int, (c) => c.notNull())
        .addColumn('serial', t.text)
        .addColumn('reference', t.text, (c) => c.notNull())
        .addColumn('opened_on', t.text, (c) => c.notNull())
        .addColumn('state', t.text, (c) => c.notNull().check(sql`state in ('OPEN', 'CLEARED')`))
        .addColumn('cleared_by', t.text)
        .addPrimaryKeyConstraint('suspense_item_pk', ['tenant_id', 'id'])
        .addUniqueConstraint('suspense_item_entry', ['tenant_id', 'voucher_id', 'line']),
    ).execute()
    await db.schema.createIndex('suspense_open').on('suspense_item').columns(['tenant_id', 'id'])
      .where(sql<boolean>`state = 'OPEN'`).execute()
    await t.table(
      db.schema.createTable('closed_period')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('period', t.text, (c) => c.notNull())
        .addColumn('closed_by', t.text, (c) => c.notNull())
        .addColumn('closed_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('closed_period_pk', ['tenant_id', 'period']),
    ).execute()
  },
}
