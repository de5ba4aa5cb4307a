/**
 * Tables of the risk graph. The record is append-only; the graph in memory is made from it.
 */
import { sql } from 'kysely'
import type { Migration } from '../kernel/migrate.ts'
import { kernelMigrations, type KernelTables } from '../kernel/tables.ts'
import type { Instant, LocalDate } from '../kernel/time.ts'

export interface RiskTables extends KernelTables {
  /** Append-only: what was known of an entity, version by version. `no` counts from 0 without gaps. */
  entity: {
    tenant_id: string
    no: bigint
    version: bigint
    id: string
    type: string
    name: string
    /** Canonical JSON. */
    attributes: string
    recorded_at: Instant
    /** The load or command that it came with. */
    batch: string
  }
  /** Append-only. `no` counts from 0 without gaps; `valid_on` is empty where no day is known. */
  link: {
    tenant_id: string
    no: bigint
    from_no: bigint
    to_no: bigint
    kind: bigint
    valid_on: LocalDate | ''
    recorded_at: Instant
    batch: string
    /** Line of the file that it came from; 0 when it came otherwise. */
    line: bigint
  }
  /** Append-only: links that hold no longer. */
  link_end: {
    tenant_id: string
    seq: bigint
    link_no: bigint
    recorded_at: Instant
    ended_by: string
    reason: string
  }
  /** Kinds of links by number; 0 is `same-as`. */
  link_kind: { tenant_id: string; no: bigint; name: string }
  /** What a load could not take in, by file and line. */
  load_fault: {
    tenant_id: string
    batch: string
    file: string
    line: bigint
    code: string
    message: string
  }
  /** Append-only: what was decided about two entities being one; the latest of a pair holds. */
  identity: {
    tenant_id: string
    seq: bigint
    a_no: bigint
    b_no: bigint
    verdict: string
    method: string
    /** 0 to 10,000. */
    score: bigint
    /** Canonical JSON: what agrees. */
    evidence: string
    link_no: bigint | null
    decided_by: string
    decided_at: Instant
  }
}

export const riskMigrations: readonly Migration[] = [
  ...kernelMigrations,
  {
    name: 'risk-graph-1',
    async up(db, t) {
      await t.table(
        db.schema.createTable('entity')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('no', t.int, (c) => c.notNull())
          .addColumn('version', t.int, (c) => c.notNull().check(sql`version > 0`))
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('type', t.text, (c) => c.notNull())
          .addColumn('name', t.text, (c) => c.notNull())
          .addColumn('attributes', t.text, (c) => c.notNull())
          .addColumn('recorded_at', t.text, (c) => c.notNull())
          .addColumn('batch', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('entity_pk', ['tenant_id', 'no', 'version'])
          .addUniqueConstraint('entity_id', ['tenant_id', 'id', 'version']),
      ).execute()
      await t.appendOnly('entity')
      await t.table(
        db.schema.createTable('link')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('no', t.int, (c) => c.notNull())
          .addColumn('from_no', t.int, (c) => c.notNull())
          .addColumn('to_no', t.int, (c) => c.notNull().check(sql`to_no <> from_no`))
          .addColumn('kind', t.int, (c) => c.notNull())
          .addColumn('valid_on', t.text, (c) => c.notNull())
          .addColumn('recorded_at', t.text, (c) => c.notNull())
          .addColumn('batch', t.text, (c) => c.notNull())
          .addColumn('line', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('link_pk', ['tenant_id', 'no']),
      ).execute()
      // Not unique: a link that ended may be told again.
      await db.schema.createIndex('link_ends').on('link')
        .columns(['tenant_id', 'from_no', 'to_no', 'kind', 'valid_on']).execute()
      await t.appendOnly('link')
      await t.table(
        db.schema.createTable('link_end')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('link_no', t.int, (c) => c.notNull())
          .addColumn('recorded_at', t.text, (c) => c.notNull())
          .addColumn('ended_by', t.text, (c) => c.notNull())
          .addColumn('reason', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('link_end_pk', ['tenant_id', 'seq'])
          .addUniqueConstraint('link_end_once', ['tenant_id', 'link_no']),
      ).execute()
      await t.appendOnly('link_end')
      await t.table(
        db.schema.createTable('link_kind')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('no', t.int, (c) => c.notNull())
          .addColumn('name', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('link_kind_pk', ['tenant_id', 'no'])
          .addUniqueConstraint('link_kind_name', ['tenant_id', 'name']),
      ).execute()
      await t.table(
        db.schema.createTable('load_fault')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('batch', t.text, (c) => c.notNull())
          .addColumn('file', t.text, (c) => c.notNull())
          .addColumn('line', t.int, (c) => c.notNull())
          .addColumn('code', t.text, (c) => c.notNull())
          .addColumn('message', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('load_fault_pk', ['tenant_id', 'batch', 'file', 'line', 'code']),
      ).execute()
      await t.table(
        db.schema.createTable('identity')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('a_no', t.int, (c) => c.notNull())
          .addColumn('b_no', t.int, (c) => c.notNull().check(sql`b_no > a_no`))
          .addColumn(
            'verdict',
            t.text,
            (c) => c.notNull().check(sql`verdict in ('SAME', 'PROPOSED', 'DIFFERENT')`),
          )
          .addColumn('method', t.text, (c) => c.notNull())
          .addColumn('score', t.int, (c) => c.notNull().check(sql`score between 0 and 10000`))
          .addColumn('evidence', t.text, (c) => c.notNull())
          .addColumn('link_no', t.int)
          .addColumn('decided_by', t.text, (c) => c.notNull())
          .addColumn('decided_at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('identity_pk', ['tenant_id', 'seq']),
      ).execute()
      await db.schema.createIndex('identity_pair').on('identity')
        .columns(['tenant_id', 'a_no', 'b_no', 'seq']).execute()
      await t.appendOnly('identity')
    },
  },
]
