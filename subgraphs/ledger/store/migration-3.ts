/**
 * Products: accounts that bear interest, contracts with their instalments; and business days.
 */
import { sql } from 'kysely'
import type { Migration } from '../../kernel/migrate.ts'

export const productTables: Migration = {
  name: 'ledger-3',
  async up(db, t) {
    await t.table(
      db.schema.createTable('interest_account')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('rate_key', t.text, (c) => c.notNull())
        .addColumn('day_count', t.text, (c) => c.notNull())
        .addColumn('accrued_to', t.text, (c) => c.notNull())
        .addColumn('accrued_minor', t.int, (c) => c.notNull())
        .addColumn('accrued_rest', t.int, (c) => c.notNull())
        .addColumn('posted', t.int, (c) => c.notNull())
        .addPrimaryKeyConstraint('interest_account_pk', ['tenant_id', 'account_id'])
        .addForeignKeyConstraint(
          'interest_account_account',
          ['tenant_id', 'account_id'],
          'account_record',
          ['tenant_id', 'id'],
        ),
    ).execute()
    await t.table(
      db.schema.createTable('contract')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('kind', t.text, (c) => c.notNull().check(sql`kind in ('LOAN', 'TERM_DEPOSIT')`))
        .addColumn('product', t.text, (c) => c.notNull())
        .addColumn('customer', t.text, (c) => c.notNull())
        .addColumn('institution', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('account_id', t.text, (c) => c.notNull())
        .addColumn('settle_account_id', t.text, (c) => c.notNull())
        .addColumn('principal', t.int, (c) => c.notNull().check(sql`principal > 0`))
        .addColumn('rate', t.int, (c) => c.notNull())
        .addColumn('rate_key', t.text, (c) => c.notNull())
        .addColumn('method', t.text)
        .addColumn('periods', t.int)
        .addColumn('interest_only', t.int)
        .addColumn('term', t.text)
        .addColumn(
          'repricing',
          t.text,
          (c) => c.check(sql`repricing in ('NEVER', 'NEW_YEAR', 'ANNIVERSARY')`),
        )
        .addColumn('base_key', t.text)
        .addColumn('spread', t.int)
        .addColumn(
          'due_day',
          t.text,
          (c) => c.check(sql`due_day in ('NONE', 'FOLLOWING', 'MODIFIED_FOLLOWING')`),
        )
        .addColumn('started_on', t.text, (c) => c.notNull())
        .addColumn('matures_on', t.text, (c) => c.notNull())
        .addColumn('status', t.text, (c) => c.notNull().check(sql`status in ('ACTIVE', 'ENDED')`))
        .addColumn('grade', t.text, (c) => c.notNull())
        .addColumn('accrued_to', t.text, (c) => c.notNull())
        .addColumn('posted', t.int, (c) => c.notNull())
        .addColumn('off_posted', t.int, (c) => c.notNull())
        .addColumn('penalty_posted', t.int, (c) => c.notNull())
        .addColumn('penalty_off', t.int, (c) => c.notNull())
        .addColumn('provision', t.int, (c) => c.notNull())
        .addColumn('prepaid', t.int, (c) => c.notNull())
        .addColumn('withdrawals', t.int, (c) => c.notNull())
        .addPrimaryKeyConstraint('contract_pk', ['tenant_id', 'id'])
        .addForeignKeyConstraint(
          'contract_account',
          ['tenant_id', 'account_id'],
          'account_record',
          [
            'tenant_id',
            'id',
          ],
        ),
    ).execute()
    await db.schema.createIndex('contract_customer').on('contract')
      .columns(['tenant_id', 'customer', 'id']).execute()
    await db.schema.createIndex('contract_active').on('contract').columns(['tenant_id', 'id'])
      .where(sql<boolean>`status = 'ACTIVE'`).execute()
    await t.table(
      db.schema.createTable('instalment')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('contract_id', t.text, (c) => c.notNull())
        .addColumn('period', t.int, (c) => c.notNull())
        .addColumn('due_on', t.text, (c) => c.notNull())
        .addColumn('principal', t.int, (c) => c.notNull().check(sql`principal >= 0`))
        .addColumn('interest', t.int, (c) => c.notNull().check(sql`interest >= 0`))
        .addColumn('remaining', t.int, (c) => c.notNull())
        .addColumn('split_on', t.text)
        .addColumn('split_earned', t.int)
        .addColumn('paid_principal', t.int, (c) => c.notNull())
        .addColumn('paid_interest', t.int, (c) => c.notNull())
        .addColumn('penalty', t.int, (c) => c.notNull())
        .addColumn('penalty_rest', t.int, (c) => c.notNull())
        .addColumn('paid_penalty', t.int, (c) => c.notNull())
        .addColumn('penalty_to', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('instalment_pk', ['tenant_id', 'contract_id', 'period']),
    ).execute()
    await t.table(
      db.schema.createTable('contract_repricing')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('id', t.text, (c) => c.notNull())
        .addColumn('contract_id', t.text, (c) => c.notNull())
        .addColumn('on_date', t.text, (c) => c.notNull())
        .addColumn('rule', t.text, (c) => c.notNull())
        .addColumn('rate_before', t.int, (c) => c.notNull())
        .addColumn('rate', t.int, (c) => c.notNull())
        .addColumn('repriced_by', t.text, (c) => c.notNull())
        .addColumn('repriced_at', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('contract_repricing_pk', ['tenant_id', 'contract_id', 'id']),
    ).execute()
    await t.appendOnly('contract_repricing')
    await t.table(
      db.schema.createTable('business_day')
        .addColumn('tenant_id', t.text, (c) => c.notNull())
        .addColumn('on_date', t.text, (c) => c.notNull())
        .addColumn(
          'state',
          t.text,
          (c) => c.notNull().check(sql`state in ('OPEN', 'ENDING', 'CLOSED')`),
        )
        .addColumn('opened_at', t.text, (c) => c.notNull())
        .addColumn('cut_at', t.text)
        .addColumn('closed_at', t.text)
        .addColumn('report', t.text)
        .addPrimaryKeyConstraint('business_day_pk', ['tenant_id', 'on_date']),
    ).execute()
    await db.schema.createIndex('business_day_open').unique().on('business_day').column('tenant_id')
      .where(sql<boolean>`state = 'OPEN'`).execute()
    // Entries that count from a later day than they were booked on: few, and looked for every day.
    await db.schema.createIndex('account_day_forward').on('account_day')
      .columns(['tenant_id', 'value_on', 'account_id'])
      .where(sql<boolean>`value_on > booking_on`).execute()
  },
}
