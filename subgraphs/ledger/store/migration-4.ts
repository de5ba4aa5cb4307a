/**
 * Sums of the general ledger for reports; and drawers of tellers.
 */
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
        .addColumn('teller', t.text, (c) => c.notNull())
        .addColumn('institution', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('on_date', t.text, (c) => c.notNull())
        .addColumn('booked', t.int, (c) => c.notNull())
        .addColumn('counted', t.int, (c) => c.notNull())
        .addColumn('voucher_id', t.text)
        .addColumn('closed_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('teller_day_pk', [
          'tenant_id',
          'teller',
          'institution',
          'currency',
          'on_date',
        ]),
    ).execute()
    await t.appendOnly('teller_day')
  },
}
