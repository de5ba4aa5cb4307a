/**
 * Which client used which field on which day, in the gateway's own database.
 */
import type { Migration } from '../../subgraphs/kernel/migrate.ts'
import type { LocalDate } from '../../subgraphs/kernel/time.ts'

export interface UsageTables {
  /** `tenant_id` is always empty: a schema is retired for the whole installation at once. */
  field_usage: {
    tenant_id: string
    client: string
    coordinate: string
    used_on: LocalDate
    count: bigint
  }
}

export const usageMigrations: readonly Migration[] = [
  {
    name: 'usage-1',
    async up(db, t) {
      await t.table(
        db.schema.createTable('field_usage')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('client', t.text, (c) => c.notNull())
          .addColumn('coordinate', t.text, (c) => c.notNull())
          .addColumn('used_on', t.text, (c) => c.notNull())
          .addColumn('count', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('field_usage_pk', [
            'tenant_id',
            'client',
            'coordinate',
            'used_on',
          ]),
      ).execute()
      await db.schema.createIndex('field_usage_day').on('field_usage').column('used_on').execute()
    },
  },
]
