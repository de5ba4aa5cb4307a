/**
 * Tables of payments.
 */
import { sql } from 'kysely'
import type { Migration } from '../kernel/migrate.ts'
import { kernelMigrations, type KernelTables } from '../kernel/tables.ts'
import type { Instant } from '../kernel/time.ts'

export interface PaymentTables extends KernelTables {
  instruction: {
    tenant_id: string
    id: string
    serial: string
    round: bigint
    maker: string
    institution: string
    direction: string
    minor: bigint
    currency: string
    payee: string
    purpose: string
    channel: string
    state: string
    version: bigint
    due_at: Instant
    sent_at: Instant | null
    asked: bigint
    bank_reference: string | null
    failure_code: string | null
    failure_message: string | null
    accounting: string
    created_at: Instant
    updated_at: Instant
    /** Of the order's event that it came with; what follows belongs to the same trace. */
    traceparent: string | null
  }
  /** Every word exchanged with the bank. Append-only. */
  attempt: {
    tenant_id: string
    instruction_id: string
    seq: bigint
    kind: string
    at: Instant
    outcome: string | null
    detail: string
  }
}

export const paymentMigrations: readonly Migration[] = [
  ...kernelMigrations,
  {
    name: 'payments-1',
    async up(db, t) {
      await t.table(
        db.schema.createTable('instruction')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('serial', t.text, (c) => c.notNull())
          .addColumn('round', t.int, (c) => c.notNull())
          .addColumn('maker', t.text, (c) => c.notNull())
          .addColumn('institution', t.text, (c) => c.notNull())
          .addColumn(
            'direction',
            t.text,
            (c) => c.notNull().check(sql`direction in ('PAY', 'COLLECT')`),
          )
          .addColumn('minor', t.int, (c) => c.notNull().check(sql`minor > 0`))
          .addColumn('currency', t.text, (c) => c.notNull())
          .addColumn('payee', t.text, (c) => c.notNull())
          .addColumn('purpose', t.text, (c) => c.notNull())
          .addColumn('channel', t.text, (c) => c.notNull())
          .addColumn('state', t.text, (c) =>
            c.notNull().check(
              sql`state in ('CREATED', 'SENDING', 'UNKNOWN', 'SETTLED', 'FAILED')`,
            ))
          .addColumn('version', t.int, (c) => c.notNull())
          .addColumn('due_at', t.text, (c) => c.notNull())
          .addColumn('sent_at', t.text)
          .addColumn('asked', t.int, (c) => c.notNull())
          .addColumn('bank_reference', t.text)
          .addColumn('failure_code', t.text)
          .addColumn('failure_message', t.text)
          .addColumn('accounting', t.text, (c) => c.notNull())
          .addColumn('created_at', t.text, (c) => c.notNull())
          .addColumn('updated_at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('instruction_pk', ['tenant_id', 'id'])
          .addUniqueConstraint('instruction_round', ['tenant_id', 'serial', 'round']),
      ).execute()
      await db.schema.createIndex('instruction_due').on('instruction').columns(['due_at', 'id'])
        .where(sql<boolean>`state in ('CREATED', 'SENDING', 'UNKNOWN')`).execute()
      await t.table(
        db.schema.createTable('attempt')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('instruction_id', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('kind', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addColumn('outcome', t.text)
          .addColumn('detail', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('attempt_pk', ['tenant_id', 'instruction_id', 'seq']),
      ).execute()
      await t.appendOnly('attempt')
    },
  },
  {
    name: 'payments-2',
    async up(db, t) {
      await db.schema.alterTable('instruction').addColumn('traceparent', t.text).execute()
    },
  },
]
