/**
 * The kernel's own tables. Every subgraph has them in its own database, before its own tables.
 */
import { sql } from 'kysely'
import type { Migration } from './migrate.ts'
import type { Instant, LocalDate } from './time.ts'

/** Delivery of an outbox row. */
export const PENDING = 0n
export const DELIVERED = 1n
export const DEAD = 2n

export interface KernelTables {
  /** Events to deliver. Order is kept per (tenant, event_key) by `seq`. */
  outbox: {
    tenant_id: string
    event_key: string
    seq: bigint
    id: string
    topic: string
    payload: string
    occurred_at: Instant
    state: bigint
    tries: bigint
    due_at: Instant
    last_error: string | null
    /** The trace that the change belongs to, as W3C has it. */
    traceparent: string | null
  }
  /** Events whose effect is here already. */
  inbox: { tenant_id: string; source: string; event_id: string; received_at: Instant }
  /** The newest dispatcher seen per source. */
  fence: { source: string; fence: bigint }
  /** Who may do something that only one may do. */
  lease: { name: string; owner: string; fence: bigint; until: Instant }
  /** Answers already given, by idempotency key. They never expire. */
  command: { tenant_id: string; key: string; body_hash: string; result: string; at: Instant }
  /** One link per commit group over what the group wrote. */
  chain_link: {
    tenant_id: string
    chain: string
    seq: bigint
    prev_hash: string
    root: string
    hash: string
    leaves: bigint
  }
  /** Versions of parameters, rules, types: draft → submitted → approved by somebody else. */
  proposal: {
    tenant_id: string
    kind: string
    subject: string
    version: bigint
    state: string
    body: string
    body_hash: string
    drafted_by: string
    drafted_at: Instant
    decided_by: string | null
    decided_at: Instant | null
    reason: string | null
    effective_from: LocalDate
  }
  /** The last number given per name. */
  sequence: { tenant_id: string; name: string; last: bigint }
  /** Long work. */
  job: {
    tenant_id: string
    id: string
    kind: string
    state: string
    input: string
    checkpoint: string
    progress: string
    error: string | null
    created_by: string
    created_at: Instant
    updated_at: Instant
  }
}

export const kernelMigrations: readonly Migration[] = [
  {
    name: 'kernel-1',
    async up(db, t) {
      await t.table(
        db.schema.createTable('outbox')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('event_key', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('topic', t.text, (c) => c.notNull())
          .addColumn('payload', t.text, (c) => c.notNull())
          .addColumn('occurred_at', t.text, (c) => c.notNull())
          .addColumn('state', t.int, (c) => c.notNull().check(sql`state in (0, 1, 2)`))
          .addColumn('tries', t.int, (c) => c.notNull())
          .addColumn('due_at', t.text, (c) => c.notNull())
          .addColumn('last_error', t.text)
          .addPrimaryKeyConstraint('outbox_pk', ['tenant_id', 'event_key', 'seq']),
      ).execute()
      // The one index besides the key: every event of every commit is written into it.
      await db.schema.createIndex('outbox_open').unique().on('outbox').column('id')
        .where(sql<boolean>`state <> 1`).execute()
      await t.table(
        db.schema.createTable('inbox')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('source', t.text, (c) => c.notNull())
          .addColumn('event_id', t.text, (c) => c.notNull())
          .addColumn('received_at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('inbox_pk', ['tenant_id', 'source', 'event_id']),
      ).execute()
      await t.table(
        db.schema.createTable('fence')
          .addColumn('source', t.text, (c) => c.primaryKey())
          .addColumn('fence', t.int, (c) => c.notNull()),
      ).execute()
      await t.table(
        db.schema.createTable('lease')
          .addColumn('name', t.text, (c) => c.primaryKey())
          .addColumn('owner', t.text, (c) => c.notNull())
          .addColumn('fence', t.int, (c) => c.notNull())
          .addColumn('until', t.text, (c) => c.notNull()),
      ).execute()
      await t.table(
        db.schema.createTable('command')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('key', t.text, (c) => c.notNull())
          .addColumn('body_hash', t.text, (c) => c.notNull())
          .addColumn('result', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('command_pk', ['tenant_id', 'key']),
      ).execute()
      await t.appendOnly('command')
      await t.table(
        db.schema.createTable('chain_link')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('chain', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('prev_hash', t.text, (c) => c.notNull())
          .addColumn('root', t.text, (c) => c.notNull())
          .addColumn('hash', t.text, (c) => c.notNull())
          .addColumn('leaves', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('chain_link_pk', ['tenant_id', 'chain', 'seq']),
      ).execute()
      await t.appendOnly('chain_link')
      await t.table(
        db.schema.createTable('proposal')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('kind', t.text, (c) => c.notNull())
          .addColumn('subject', t.text, (c) => c.notNull())
          .addColumn('version', t.int, (c) => c.notNull())
          .addColumn(
            'state',
            t.text,
            (c) => c.notNull().check(sql`state in ('DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED')`),
          )
          .addColumn('body', t.text, (c) => c.notNull())
          .addColumn('body_hash', t.text, (c) => c.notNull())
          .addColumn('drafted_by', t.text, (c) => c.notNull())
          .addColumn('drafted_at', t.text, (c) => c.notNull())
          .addColumn('decided_by', t.text, (c) => c.check(sql`decided_by <> drafted_by`))
          .addColumn('decided_at', t.text)
          .addColumn('reason', t.text)
          .addColumn('effective_from', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('proposal_pk', ['tenant_id', 'kind', 'subject', 'version']),
      ).execute()
      await t.table(
        db.schema.createTable('sequence')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('name', t.text, (c) => c.notNull())
          .addColumn('last', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('sequence_pk', ['tenant_id', 'name']),
      ).execute()
      await t.table(
        db.schema.createTable('job')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('kind', t.text, (c) => c.notNull())
          .addColumn('state', t.text, (c) => c.notNull())
          .addColumn('input', t.text, (c) => c.notNull())
          .addColumn('checkpoint', t.text, (c) => c.notNull())
          .addColumn('progress', t.text, (c) => c.notNull())
          .addColumn('error', t.text)
          .addColumn('created_by', t.text, (c) => c.notNull())
          .addColumn('created_at', t.text, (c) => c.notNull())
          .addColumn('updated_at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('job_pk', ['tenant_id', 'id']),
      ).execute()
    },
  },
  {
    name: 'kernel-2',
    async up(db, t) {
      await db.schema.alterTable('outbox').addColumn('traceparent', t.text).execute()
    },
  },
]
