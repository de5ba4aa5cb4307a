/**
 * What happens to accounts besides entries, and holds.
 */
import { sql } from 'kysely'
import type { Migration } from '../../kernel/migrate.ts'

export const accountTables: Migration = {
  name: 'ledger-2',
  async up(db, t) {
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
        .addForeignKeyConstraint(
          'account_hold_account',
          [
            'tenant_id',
            'account_id',
          ],
          'account_record',
          ['tenant_id', 'id'],
        ),
    ).execute()
    const index = (name: string, columns: readonly string[]) =>
      db.schema.createIndex(name).on('account_hold').columns(['tenant_id', ...columns])
    await index('account_hold_open', ['account_id', 'id']).where(sql<boolean>`state = 'OPEN'`)
      .execute()
    await index('account_hold_due', ['expires_at', 'id'])
      .where(sql<boolean>`state = 'OPEN' and expires_at is not null`).execute()
    await index('account_hold_account', ['account_id', 'id']).execute()
  },
}
