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
  /** Append-only: one look through the whole graph. */
  detection: {
    tenant_id: string
    id: string
    rule_version: bigint
    at: Instant
    entities: bigint
    links: bigint
    groups: bigint
    alerts: bigint
    /** Canonical JSON: what was usual, which scores are compared with. */
    baseline: string
    started_by: string
  }
  /** Append-only: rings as they were found; a later version of an alert is the same ring found again. */
  alert: {
    tenant_id: string
    id: string
    version: bigint
    detection_id: string
    rule_version: bigint
    /** 0 to 10,000. */
    score: bigint
    /** Canonical JSON of the finding, by numbers of entities and links. */
    body: string
    at: Instant
  }
  /** Append-only: who is in which alert. */
  alert_member: { tenant_id: string; no: bigint; alert_id: string; version: bigint }
  /** What becomes of an alert, or of a person drawn at random. */
  risk_case: {
    tenant_id: string
    id: string
    kind: string
    state: string
    /** Of a case drawn at random: the person. */
    subject_no: bigint | null
    detection_id: string
    rule_version: bigint
    assignee: string | null
    outcome: string | null
    opened_at: Instant
    closed_at: Instant | null
    /** Events of the case. */
    events: bigint
  }
  /** Append-only. */
  case_event: {
    tenant_id: string
    case_id: string
    seq: bigint
    kind: string
    actor: string
    at: Instant
    detail: string
  }
  /** Entities that somebody wants to hear of. */
  watch: {
    tenant_id: string
    owner: string
    no: bigint
    reason: string
    since: Instant
    /** Links from this number on are news. */
    seen_links: bigint
  }
  /** Append-only: who saw whose data, what for and why. */
  reveal: {
    tenant_id: string
    seq: bigint
    no: bigint
    actor: string
    purpose: string
    reason: string
    at: Instant
  }
  /** Append-only: scores that were given to claims while they were open. */
  claim_score: {
    tenant_id: string
    id: string
    claim_no: bigint
    rule_version: bigint
    score: bigint
    body: string
    at: Instant
    asked_by: string
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
  {
    name: 'risk-graph-2',
    async up(db, t) {
      await t.table(
        db.schema.createTable('detection')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('rule_version', t.int, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addColumn('entities', t.int, (c) => c.notNull())
          .addColumn('links', t.int, (c) => c.notNull())
          .addColumn('groups', t.int, (c) => c.notNull())
          .addColumn('alerts', t.int, (c) => c.notNull())
          .addColumn('baseline', t.text, (c) => c.notNull())
          .addColumn('started_by', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('detection_pk', ['tenant_id', 'id']),
      ).execute()
      await t.appendOnly('detection')
      await t.table(
        db.schema.createTable('alert')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('version', t.int, (c) => c.notNull())
          .addColumn('detection_id', t.text, (c) => c.notNull())
          .addColumn('rule_version', t.int, (c) => c.notNull())
          .addColumn('score', t.int, (c) => c.notNull().check(sql`score between 0 and 10000`))
          .addColumn('body', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('alert_pk', ['tenant_id', 'id', 'version']),
      ).execute()
      await db.schema.createIndex('alert_detection').on('alert')
        .columns(['tenant_id', 'detection_id', 'id']).execute()
      await t.appendOnly('alert')
      await t.table(
        db.schema.createTable('alert_member')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('no', t.int, (c) => c.notNull())
          .addColumn('alert_id', t.text, (c) => c.notNull())
          .addColumn('version', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('alert_member_pk', ['tenant_id', 'no', 'alert_id', 'version']),
      ).execute()
      await t.appendOnly('alert_member')
      await t.table(
        db.schema.createTable('risk_case')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('kind', t.text, (c) => c.notNull().check(sql`kind in ('ALERT', 'SAMPLE')`))
          .addColumn(
            'state',
            t.text,
            (c) => c.notNull().check(sql`state in ('OPEN', 'ASSIGNED', 'CLOSED')`),
          )
          .addColumn('subject_no', t.int)
          .addColumn('detection_id', t.text, (c) => c.notNull())
          .addColumn('rule_version', t.int, (c) => c.notNull())
          .addColumn('assignee', t.text)
          .addColumn(
            'outcome',
            t.text,
            (c) => c.check(sql`outcome in ('CONFIRMED', 'UNFOUNDED', 'UNCLEAR')`),
          )
          .addColumn('opened_at', t.text, (c) => c.notNull())
          .addColumn('closed_at', t.text)
          .addColumn('events', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('risk_case_pk', ['tenant_id', 'id']),
      ).execute()
      await db.schema.createIndex('risk_case_state').on('risk_case')
        .columns(['tenant_id', 'state', 'id']).execute()
      await t.table(
        db.schema.createTable('case_event')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('case_id', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('kind', t.text, (c) => c.notNull())
          .addColumn('actor', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addColumn('detail', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('case_event_pk', ['tenant_id', 'case_id', 'seq']),
      ).execute()
      await t.appendOnly('case_event')
      await t.table(
        db.schema.createTable('watch')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('owner', t.text, (c) => c.notNull())
          .addColumn('no', t.int, (c) => c.notNull())
          .addColumn('reason', t.text, (c) => c.notNull())
          .addColumn('since', t.text, (c) => c.notNull())
          .addColumn('seen_links', t.int, (c) => c.notNull())
          .addPrimaryKeyConstraint('watch_pk', ['tenant_id', 'owner', 'no']),
      ).execute()
      await t.table(
        db.schema.createTable('reveal')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('seq', t.int, (c) => c.notNull())
          .addColumn('no', t.int, (c) => c.notNull())
          .addColumn('actor', t.text, (c) => c.notNull())
          .addColumn('purpose', t.text, (c) => c.notNull())
          .addColumn('reason', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('reveal_pk', ['tenant_id', 'seq']),
      ).execute()
      await t.appendOnly('reveal')
      await t.table(
        db.schema.createTable('claim_score')
          .addColumn('tenant_id', t.text, (c) => c.notNull())
          .addColumn('id', t.text, (c) => c.notNull())
          .addColumn('claim_no', t.int, (c) => c.notNull())
          .addColumn('rule_version', t.int, (c) => c.notNull())
          .addColumn('score', t.int, (c) => c.notNull().check(sql`score between 0 and 10000`))
          .addColumn('body', t.text, (c) => c.notNull())
          .addColumn('at', t.text, (c) => c.notNull())
          .addColumn('asked_by', t.text, (c) => c.notNull())
          .addPrimaryKeyConstraint('claim_score_pk', ['tenant_id', 'id']),
      ).execute()
      await db.schema.createIndex('claim_score_claim').on('claim_score')
        .columns(['tenant_id', 'claim_no', 'id']).execute()
      await t.appendOnly('claim_score')
    },
  },
]
