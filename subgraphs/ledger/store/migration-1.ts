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
    await t.table(
      db.schema.createTable('account')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('institution', t.text, (c) => c.notNull())
        .addColumn('subject', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('balance', t.int, (c) => c.notNull())
        .addColumn('opened_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('account_pk', ['tenant_id', 'id'])
        .addUniqueConstraint('account_place', ['tenant_id', 'institution', 'subject', 'currency'])
        .addForeignKeyConstraint(
          'account_institution',
          ['tenant_id', 'institution'],
          'institution',
          [
            'tenant_id',
            'code',
          ],
        )
        .addForeignKeyConstraint('account_subject', ['tenant_id', 'subject'], 'subject', [
          'tenant_id',
          'code',
        ]),
    ).execute()
    await t.table(
      db.schema.createTable('account_day')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('debit', t.int, (c) => c.notNull().check(sql`debit >= 0`))
        .addColumn('credit', t.int, (c) => c.notNull().check(sql`credit >= 0`))
        .addPrimaryKeyConstraint('account_day_pk', ['tenant_id', 'account_id', 'booking_on']),
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
        .addPrimaryKeyConstraint('voucher_pk', ['tenant_id', 'id'])
        .addUniqueConstraint('voucher_number', ['tenant_id', 'number'])
        .addUniqueConstraint('voucher_event', ['tenant_id', 'event_id'])
        .addUniqueConstraint('voucher_reverses', ['tenant_id', 'reverses'])
        .addUniqueConstraint('voucher_leaf', ['tenant_id', 'link', 'link_index']),
    ).execute()
    await db.schema.createIndex('voucher_serial').on('voucher').columns([
      'tenant_id',
      'serial',
      'id',
    ])
      .execute()
    await t.appendOnly('voucher')
    await t.table(
      db.schema.createTable('entry')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('voucher_id', t.text, (c) => c.notNull())
        .addColumn('line', t.int, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('side', t.text, (c) => c.notNull().check(sql`side in ('DEBIT', 'CREDIT')`))
        .addColumn('minor', t.int, (c) => c.notNull().check(sql`minor > 0`))
        .addColumn('balance_after', t.int, (c) => c.notNull())
        .addColumn('booking_on', t.text, (c) => c.notNull())
        .addColumn('value_on', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('entry_pk', ['tenant_id', 'voucher_id', 'line'])
        .addForeignKeyConstraint('entry_voucher', ['tenant_id', 'voucher_id'], 'voucher', [
          'tenant_id',
          'id',
        ])
        .addForeignKeyConstraint('entry_account', ['tenant_id', 'account_id'], 'account', [
          'tenant_id',
          'id',
        ]),
    ).execute()
    await db.schema.createIndex('entry_account').on('entry')
      .columns(['tenant_id', 'account_id', 'voucher_id', 'line']).execute()
    await t.appendOnly('entry')
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
