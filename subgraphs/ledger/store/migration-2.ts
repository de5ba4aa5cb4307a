/**
 * Customers' accounts, limits and holds, days by value date, and the general ledger by day.
 */
import { sql } from 'kysely'
import type { Migration } from '../../kernel/migrate.ts'

export const accountTables: Migration = {
  name: 'ledger-2',
  // Tables that need other constraints are made anew and filled from the old ones.
  async up(db, t) {
    await t.table(
      db.schema.createTable('account_next')
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
        .addColumn('held', t.int, (c) => c.notNull().check(sql`held >= 0`))
        .addColumn('balance', t.int, (c) => c.notNull())
        .addColumn('day_on', t.text)
        .addColumn('day_debit', t.int, (c) => c.notNull())
        .addColumn('day_credit', t.int, (c) => c.notNull())
        .addColumn('opened_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('account_2_pk', ['tenant_id', 'id'])
        .addUniqueConstraint('account_2_place', [
          'tenant_id',
          'institution',
          'subject',
          'currency',
          'number',
        ])
        .addForeignKeyConstraint(
          'account_2_institution',
          ['tenant_id', 'institution'],
          'institution',
          ['tenant_id', 'code'],
        )
        .addForeignKeyConstraint('account_2_subject', ['tenant_id', 'subject'], 'subject', [
          'tenant_id',
          'code',
        ]),
    ).execute()
    await sql`insert into account_next select a.tenant_id, a.id, a.institution, a.subject,
      a.currency, '', null, null, s.normal, 'OPEN', null, null, 0, a.balance, null, 0, 0, a.opened_at
      from account a join subject s on s.tenant_id = a.tenant_id and s.code = a.subject`
      .execute(db)
    await t.table(
      db.schema.createTable('voucher_next')
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
        .addColumn('hash', t.text, (c) => c.notNull())
        .addColumn('link', t.int, (c) => c.notNull())
        .addColumn('link_index', t.int, (c) => c.notNull())
        .addColumn('hold_id', t.text)
        .addColumn('channel', t.text)
        .addPrimaryKeyConstraint('voucher_2_pk', ['tenant_id', 'id']),
    ).execute()
    await sql`insert into voucher_next select tenant_id, id, number, kind, serial, event_id,
      event_type, rule_version, reverses, booking_on, value_on, recorded_at, posted_by, summary,
      hash, link, link_index, null, null from voucher`.execute(db)
    await t.table(
      db.schema.createTable('entry_next')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('voucher_id', t.text, (c) => c.notNull())
        .addColumn('line', t.int, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('side', t.text, (c) => c.notNull().check(sql`side in ('DEBIT', 'CREDIT')`))
        // Red entries are negative.
        .addColumn('minor', t.int, (c) => c.notNull().check(sql`minor <> 0`))
        .addColumn('balance_after', t.int, (c) => c.notNull())
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('value_on', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('entry_2_pk', ['tenant_id', 'voucher_id', 'line'])
        .addForeignKeyConstraint('entry_2_voucher', ['tenant_id', 'voucher_id'], 'voucher_next', [
          'tenant_id',
          'id',
        ])
        .addForeignKeyConstraint('entry_2_account', ['tenant_id', 'account_id'], 'account_next', [
          'tenant_id',
          'id',
        ]),
    ).execute()
    await sql`insert into entry_next select tenant_id, voucher_id, line, account_id, side, minor,
      balance_after, booking_on, value_on from entry`.execute(db)
    await t.table(
      db.schema.createTable('account_day_next')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('value_on', t.text, (c) => c.notNull())
        .addColumn('debit', t.int, (c) => c.notNull())
        .addColumn('credit', t.int, (c) => c.notNull())
        .addPrimaryKeyConstraint('account_day_2_pk', [
          'tenant_id',
          'account_id',
          'booking_on',
          'value_on',
        ]),
    ).execute()
    await sql`insert into account_day_next select tenant_id, account_id, booking_on, value_on,
      cast(sum(case when side = 'DEBIT' then minor else 0 end) as bigint),
      cast(sum(case when side = 'CREDIT' then minor else 0 end) as bigint)
      from entry group by tenant_id, account_id, booking_on, value_on`.execute(db)
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
    await sql`insert into general_day select d.tenant_id, a.institution, a.subject, a.currency,
      d.booking_on, cast(sum(d.debit) as bigint), cast(sum(d.credit) as bigint)
      from account_day_next d join account a on a.tenant_id = d.tenant_id and a.id = d.account_id
      group by d.tenant_id, a.institution, a.subject, a.currency, d.booking_on`.execute(db)
    for (const table of ['entry', 'account_day', 'voucher', 'account']) {
      await db.schema.dropTable(table).execute()
      await db.schema.alterTable(`${table}_next`).renameTo(table).execute()
    }
    await sql`create view account_movement as
      select tenant_id, account_id, booking_on, value_on, debit, credit from account_day
      union all
      select tenant_id, id, day_on, day_on, day_debit, day_credit from account
      where day_on is not null`.execute(db)
    const index = (name: string, table: string, columns: readonly string[]) =>
      db.schema.createIndex(name).on(table).columns([...columns])
    const where = (column: string) => sql<boolean>`${sql.ref(column)} is not null`
    await index('account_2_number', 'account', ['tenant_id', 'number']).unique()
      .where(sql<boolean>`number <> ''`).execute()
    await index('account_2_customer', 'account', ['tenant_id', 'customer', 'id'])
      .where(where('customer')).execute()
    await index('voucher_2_number', 'voucher', ['tenant_id', 'number']).unique().execute()
    await index('voucher_2_leaf', 'voucher', ['tenant_id', 'link', 'link_index']).unique()
      .execute()
    await index('voucher_2_event', 'voucher', ['tenant_id', 'event_id']).unique()
      .where(where('event_id')).execute()
    await index('voucher_2_reverses', 'voucher', ['tenant_id', 'reverses']).unique()
      .where(where('reverses')).execute()
    await index('voucher_2_serial', 'voucher', ['tenant_id', 'serial', 'id'])
      .where(where('serial')).execute()
    await index('entry_2_account', 'entry', ['tenant_id', 'account_id', 'voucher_id', 'line'])
      .execute()
    await t.appendOnly('voucher')
    await t.appendOnly('entry')
    await t.table(
      db.schema.createTable('account_change')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('what', t.text, (c) => c.notNull())
        .addColumn('detail', t.text, (c) => c.notNull())
        .addColumn('reason', t.text, (c) => c.notNull())
        .addColumn('changed_by', t.text, (c) => c.notNull())
        .addColumn('changed_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('account_change_pk', ['tenant_id', 'account_id', 'id']),
    ).execute()
    await t.appendOnly('account_change')
    await t.table(
      db.schema.createTable('account_hold')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('minor', t.int, (c) => c.notNull().check(sql`minor > 0`))
        .addColumn(
          'captured',
          t.int,
          (c) => c.notNull().check(sql`captured >= 0 and captured <= minor`),
        )
        .addColumn(
          'state',
          t.text,
          (c) => c.notNull().check(sql`state in ('OPEN', 'CAPTURED', 'VOIDED', 'EXPIRED')`),
        )
        .addColumn('reference', t.text, (c) => c.notNull())
        .addColumn('expires_at', t.text)
        .addColumn('placed_by', t.text, (c) => c.notNull())
        .addColumn('placed_at', t.text, (c) => c.notNull())
        .addColumn('ended_at', t.text)
        .addPrimaryKeyConstraint('account_hold_pk', ['tenant_id', 'id'])
        .addForeignKeyConstraint('account_hold_account', ['tenant_id', 'account_id'], 'account', [
          'tenant_id',
          'id',
        ]),
    ).execute()
    await index('account_hold_open', 'account_hold', ['tenant_id', 'account_id', 'id'])
      .where(sql<boolean>`state = 'OPEN'`).execute()
    await index('account_hold_due', 'account_hold', ['tenant_id', 'expires_at', 'id'])
      .where(sql<boolean>`state = 'OPEN' and expires_at is not null`).execute()
    await index('account_hold_account', 'account_hold', ['tenant_id', 'account_id', 'id'])
      .execute()
  },
}
