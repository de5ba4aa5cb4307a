/**
 * Tables of the gateway's own database, which processes share: quotas and idempotency keys.
 */
import type { Migration } from '../../subgraphs/kernel/migrate.ts'
import type { Instant } from '../../subgraphs/kernel/time.ts'

export interface DoorTables {
  /** A bucket that is full again at `full_at_us`, in microseconds since 1970. */
  rate_bucket: { tenant_id: string; key: string; full_at_us: bigint }
  /**
   * A request by its key. `reply` is null while it is under way; whoever began it holds `owner`, and is
   * taken for dead after `until_at`.
   */
  idempotency_key: {
    tenant_id: string
    subject: string
    key: string
    body_hash: string
    owner: string
    reply: string | null
    until_at: Instant
    gone_at: Instant
  }
}

export const doorMigrations: readonly Migration[] = [
  {
    name: 'door-1',
    async up(db, t) {
      await t.table(
        db.schema.createTable('rate_bucket')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('key', t.text, (c) => c.notNull())
          .addColumn('full_at_us', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('rate_bucket_pk', ['tenant_id', 'key']),
      ).execute()
      await db.schema.createIndex('rate_bucket_full').on('rate_bucket').column('full_at_us')
        .execute()
      await t.table(
        db.schema.createTable('idempotency_key')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('subject', t.text, (c) => c.notNull())
          .addColumn('key', t.text, (c) => c.notNull())
          .addColumn('body_hash', t.text, (c) => c.notNull())
          .addColumn('owner', t.text, (c) => c.notNull())
          .addColumn('reply', t.text)
          .addColumn('until_at', t.text, (c) => c.notNull())
          .addColumn('gone_at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('idempotency_key_pk', ['tenant_id', 'subject', 'key']),
      ).execute()
      await db.schema.createIndex('idempotency_key_gone').on('idempotency_key').column('gone_at')
        .execute()
    },
  },
]
