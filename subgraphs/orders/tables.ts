/**
 * Tables of business orders.
 */
import { sql } from 'kysely'
import type { Migration } from '../kernel/migrate.ts'
import { kernelMigrations, type KernelTables } from '../kernel/tables.ts'
import type { Instant } from '../kernel/time.ts'

export interface OrderTables extends KernelTables {
  institution: { tenant_id: string; code: string; zh: string; en: string }
  business_order: {
    tenant_id: string
    serial: string
    type: string
    type_version: bigint
    status: string
    maker: string
    maker_kind: string
    institution: string
    minor: bigint
    currency: string
    summary: string
    form: string
    /** How often the payment was asked for. */
    payment_round: bigint
    history_seq: bigint
    history_hash: string
    created_at: Instant
    updated_at: Instant
  }
  task: {
    tenant_id: string
    id: string
    serial: string
    step: bigint
    role: string
    state: string
    maker: string
    opened_at: Instant
    decided_by: string | null
    decided_at: Instant | null
    verdict: string | null
    reason: string | null
  }
  /** Append-only. */
  order_event: {
    tenant_id: string
    serial: string
    seq: bigint
    kind: string
    at: Instant
    actor: string
    actor_kind: string
    detail: string
    hash: string
    link: bigint
    link_index: bigint
  }
  /** What became of each row of an imported file. */
  import_row: {
    tenant_id: string
    job_id: string
    row_no: bigint
    row_key: string
    serial: string | null
    code: string | null
    message: string | null
  }
}

export const orderMigrations: readonly Migration[] = [
  ...kernelMigrations,
  {
    name: 'orders-1',
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
        db.schema.createTable('business_order')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('serial', t.text, (c) => c.notNull())
          .addColumn('type', t.text, (c) => c.notNull())
          .addColumn('type_version', t.int, (c) => c.notNull())
          .addColumn('status', t.text, (c) => c.notNull())
          .addColumn('maker', t.text, (c) => c.notNull())
          .addColumn('maker_kind', t.text, (c) => c.notNull())
          .addColumn('institution', t.text, (c) => c.notNull())
          .addColumn('minor', t.int, (c) => c.notNull().check(sql`minor > 0`))
          .addColumn('currency', t.text, (c) => c.notNull())
          .addColumn('summary', t.text, (c) => c.notNull())
          .addColumn('form', t.text, (c) => c.notNull())
          .addColumn('payment_round', t.int, (c) => c.notNull())
          .addColumn('history_seq', t.int, (c) => c.notNull())
          .addColumn('history_hash', t.text, (c) => c.notNull())
          .addColumn('created_at', t.text, (c) => c.notNull())
          .addColumn('updated_at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('business_order_pk', ['tenant_id', 'serial']),
      ).execute()
      await db.schema.createIndex('business_order_status').on('business_order')
        .columns(['tenant_id', 'status', 'serial']).execute()
      await db.schema.createIndex('business_order_maker').on('business_order')
        .columns(['tenant_id', 'maker', 'serial']).execute()
      await t.table(
        db.schema.createTable('task')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('serial', t.text, (c) => c.notNull())
          .addColumn('step', t.int, (c) => c.notNull())
          .addColumn('role', t.text, (c) => c.notNull())
          .addColumn(
            'state',
            t.text,
            (c) => c.notNull().check(sql`state in ('OPEN', 'DONE', 'CANCELLED')`),
          )
          .addColumn('maker', t.text, (c) => c.notNull())
          .addColumn('opened_at', t.text, (c) => c.notNull())
          // The database itself holds the rule that nobody approves what they made.
          .addColumn('decided_by', t.text, (c) => c.check(sql`decided_by <> maker`))
          .addColumn('decided_at', t.text)
          .addColumn('verdict', t.text)
          .addColumn('reason', t.text)
          .addPrimaryKeyConstraint('task_pk', ['tenant_id', 'id'])
          .addUniqueConstraint('task_step', ['tenant_id', 'serial', 'step']),
      ).execute()
      await db.schema.createIndex('task_open').on('task').columns(['tenant_id', 'role', 'id'])
        .where(sql<boolean>`state = 'OPEN'`).execute()
      await t.table(
        db.schema.createTable('order_event')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('serial', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('kind', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addColumn('actor', t.text, (c) => c.notNull())
          .addColumn('actor_kind', t.text, (c) => c.notNull())
          .addColumn('detail', t.text, (c) => c.notNull())
          .addColumn('hash', t.text, (c) => c.notNull())
          .addColumn('link', t.int, (c) => c.notNull())
          .addColumn('link_index', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('order_event_pk', ['tenant_id', 'serial', 'seq'])
          .addUniqueConstraint('order_event_leaf', ['tenant_id', 'link', 'link_index']),
      ).execute()
      await t.appendOnly('order_event')
      await t.table(
        db.schema.createTable('import_row')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('job_id', t.text, (c) => c.notNull())
          .addColumn('row_no', t.int, (c) => c.notNull())
          .addColumn('row_key', t.text, (c) => c.notNull())
          .addColumn('serial', t.text)
          .addColumn('code', t.text)
          .addColumn('message', t.text)
          .addPrimaryKeyConstraint('import_row_pk', ['tenant_id', 'job_id', 'row_no']),
      ).execute()
      await db.schema.createIndex('import_row_serial').on('import_row').columns([
        'tenant_id',
        'serial',
      ])
        .execute()
    },
  },
]
