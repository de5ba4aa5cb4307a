/**
 * Sums of the general ledger for reports; and drawers of tellers.
 */
import { sql } from 'kysely'
import type { Migration } from '../../kernel/migrate.ts'

export const counterTables: Migration = {
  name: 'ledger-4',
  async up(db, t) {
    // Everything that a trial balance adds up, in the order in which it does.
    await db.schema.createIndex('general_day_sums').on('general_day')
      .columns([
        'tenant_id',
        'subject',
        'currency',
        'booking_on',
        'institution',
        'debit',
        'credit',
      ]).execute()
    await t.table(
      db.schema.createTable('teller_day')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('teller', t.text, (c) => c.notNull())
        .addColumn('institution', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('on_date', t.text, (c) => c.notNull())
        .addColumn('booked', t.int, (c) => c.notNull())
        .addColumn('counted', t.int, (c) => c.notNull())
        .addColumn('counted_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('teller_day_pk', ['tenant_id', 'id']),
    ).execute()
    await db.schema.createIndex('teller_day_drawer').on('teller_day')
      .columns(['tenant_id', 'teller', 'institution', 'currency', 'id']).execute()
    await db.schema.createIndex('teller_day_on').on('teller_day')
      .columns(['tenant_id', 'on_date']).execute()
    await db.schema.createIndex('teller_day_differs').on('teller_day')
      .columns(['tenant_id', 'id']).where(sql<boolean>`counted <> booked`).execute()
    await t.table(
      db.schema.createTable('teller_check')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('count_id', t.text, (c) => c.notNull())
        .addColumn(
          'verdict',
          t.text,
          (c) => c.notNull().check(sql`verdict in ('APPROVED', 'REJECTED')`),
        )
        .addColumn('reason', t.text, (c) => c.notNull())
        .addColumn('checked_by', t.text, (c) => c.notNull())
        .addColumn('checked_at', t.text, (c) => c.notNull())
        .addColumn('voucher_id', t.text)
        .addPrimaryKeyConstraint('teller_check_pk', ['tenant_id', 'count_id']),
    ).execute()
    await t.appendOnly('teller_check')
    await t.appendOnly('teller_day')
  },
}
