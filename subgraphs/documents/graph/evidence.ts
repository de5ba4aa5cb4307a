/**
 * Evidence cases in the schema.
 */
import { badInput, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { sha256Hex } from '../../kernel/chain.ts'
import { pageOf } from '../../kernel/page.ts'
import { refuse } from '../../kernel/result.ts'
import { EVENT_KINDS, type EvidenceEvent, WHAT_IT_PROVES } from '../evidence/event.ts'
import { base64, hex, type NoteSignature, parseNote } from '../evidence/note.ts'
import type { Fault, Verdict } from '../evidence/verifier.ts'
import { verifierPage } from '../evidence/verifier-page.ts'
import {
  type CaseRow,
  type CheckpointRow,
  checkpointsBefore,
  type EventRow,
  eventsAfter,
  latestCheckpoint,
  listCases,
} from '../store/evidence.ts'
import {
  approvalOf,
  builder,
  checkpoint,
  connection,
  EVIDENCE_READ,
  evidenceCase,
  findCase,
  secretsOfCase,
} from './base.ts'

const inclusion = builder.objectRef<{ leaf: number; size: number; proof: Uint8Array[] }>(
  'EvidenceInclusion',
).implement({
  description: 'Where an event stands in the log, and the proof (RFC 9162) under its latest head.',
  fields: (t) => ({
    leaf: t.exposeFloat('leaf', { description: 'From 0.' }),
    size: t.exposeFloat('size', { description: 'Leaves that the head covers.' }),
    proof: t.stringList({
      description: 'Hashes from the leaf to the root, as hex.',
      resolve: ({ proof }) => proof.map(hex),
    }),
  }),
})

const personal = builder.objectRef<{ name: string; erased: boolean }>('EvidencePersonalData')
  .implement({
    description: 'Personal data that an event commits to; it is never in the event itself.',
    fields: (t) => ({
      name: t.exposeString('name'),
      erased: t.exposeBoolean('erased', {
        description: 'Whether it was erased: it stays provable for whoever has it, and unreadable.',
      }),
    }),
  })

const event = builder.objectRef<EventRow>('EvidenceEvent').implement({
  description: 'One event of a case, linked to the one before. It holds no personal data.',
  fields: (t) => ({
    seq: t.int({ resolve: (row) => Number(row.seq) }),
    hash: t.exposeString('hash', { description: 'SHA-256 of the event as canonical JSON.' }),
    prev: t.string({
      description: 'Hash of the event before; zeros for the first.',
      resolve: (row) => read(row).prev,
    }),
    kind: t.string({ resolve: (row) => read(row).kind }),
    kindZh: t.string({ resolve: (row) => EVENT_KINDS[read(row).kind] }),
    proves: t.string({
      description: 'What the event proves, and what it does not; one English sentence.',
      resolve: (row) => WHAT_IT_PROVES[read(row).kind].en,
    }),
    provesZh: t.string({ resolve: (row) => WHAT_IT_PROVES[read(row).kind].zh }),
    at: t.field({ type: 'DateTime', resolve: (row) => read(row).at }),
    body: t.field({ type: 'JSON', resolve: (row) => read(row).body }),
    committed: t.stringList({
      description: 'Names of personal data that the event commits to.',
      resolve: (row) => Object.keys(read(row).commitments),
    }),
    personal: t.field({
      type: [personal],
      listSize: { assumedSize: 2 },
      resolve: async (row, _, context) => {
        const kept = (await secretsOfCase(context, row.case_id)).filter(({ seq }) =>
          seq === row.seq
        )
        return Object.keys(read(row).commitments).map((name) => ({
          name,
          erased: !kept.some((secret) => secret.name === name),
        }))
      },
    }),
    inclusion: t.field({
      type: inclusion,
      nullable: true,
      description: 'Null while the event waits for the next head, a minute at most.',
      resolve: async (row, _, { documents }) => await documents.evidence.inclusion(row) ?? null,
    }),
  }),
})

function read(row: EventRow): EvidenceEvent {
  return JSON.parse(row.event) as EvidenceEvent
}

const fault = builder.objectRef<Fault>('EvidenceFault').implement({
  fields: (t) => ({
    code: t.exposeString('code'),
    place: t.exposeString('place', { description: 'JSON Pointer into the bundle.' }),
  }),
})

const verification = builder.objectRef<Verdict>('EvidenceVerification').implement({
  description: 'What the offline verifier says of a case, run here on its bundle as it stands now.',
  fields: (t) => ({
    proved: t.boolean({ resolve: (row) => row.ok }),
    faults: t.field({
      type: [fault],
      listSize: { assumedSize: 2 },
      description: 'CASE_NOT_CLOSED alone is no fault of the log: the case is open.',
      resolve: (row) => [...row.faults],
    }),
    events: t.exposeInt('events'),
    cosignedAt: t.stringList({
      description: 'When witnesses cosigned, ISO instants.',
      resolve: (row) => [...row.cosignedAt],
    }),
    stampedAt: t.exposeString('stampedAt', {
      nullable: true,
      description: 'When the time was stamped (RFC 3161), an ISO instant.',
    }),
  }),
})

const eventConnection = connection('EvidenceEvent', event)

evidenceCase.implement({
  description:
    'An evidence case (证据案卷): one session, approval or review from opening to closing.',
  ...EVIDENCE_READ,
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind', { description: 'Such as policy, approval or review.' }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'What it is found by: an order’s serial, a project, a policy’s number.',
    }),
    documentHash: t.exposeString('document_hash', {
      description: 'SHA-256 of what the case is about.',
    }),
    closed: t.boolean({ resolve: (row) => row.closed === 1n }),
    openedBy: t.exposeString('opened_by'),
    openedAt: t.field({ type: 'DateTime', resolve: (row) => row.opened_at }),
    eventCount: t.int({ resolve: (row) => Number(row.events) }),
    events: t.field({
      type: [event],
      description: 'The first 100 in order; `eventPage` has all.',
      listSize: { assumedSize: 12 },
      resolve: async (row, _, { actor, documents }) => [
        ...await eventsAfter(documents.db, {
          tenant: actor.tenant,
          case: row.id,
          after: -1n,
          limit: 100n,
        }),
      ],
    }),
    eventPage: t.field({
      type: eventConnection,
      description: 'Events in order.',
      ...PAGE_SIZE,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: async (row, args, { actor, documents }) => {
        const page = readPageArgs(args)
        const after = numberAfter(page.after) ?? -1n
        const limit = BigInt(page.limit + 1)
        const key = { tenant: actor.tenant, case: row.id, after, limit }
        const rows = await eventsAfter(documents.db, key)
        return pageOf(rows, page.limit, (one) => one.seq.toString())
      },
    }),
    verification: t.field({
      type: verification,
      nullable: true,
      description: 'Null while an event waits for the next head of the log.',
      resolve: async (row, _, { documents }) => await documents.evidence.verify(row) ?? null,
    }),
  }),
})
builder.asEntity(evidenceCase, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: (key, context) => findCase(context, key.id) as Promise<CaseRow>,
})

const signature = builder.objectRef<NoteSignature>('EvidenceSignature').implement({
  description: 'A signature on a head: the log’s own, or a witness’s.',
  fields: (t) => ({
    name: t.exposeString('name'),
    keyId: t.exposeString('id', { description: 'As 8 hex digits.' }),
    cosignature: t.boolean({ resolve: ({ bytes }) => bytes.length === COSIGNATURE_BYTES }),
  }),
})

checkpoint.implement({
  description: 'A signed head of the log (C2SP tlog-checkpoint).',
  fields: (t) => ({
    size: t.float({ description: 'Leaves.', resolve: (row) => Number(row.size) }),
    note: t.exposeString('note', { description: 'The signed and cosigned note.' }),
    origin: t.string({ resolve: (row) => textOf(row).split('\n')[0]! }),
    root: t.string({ description: 'In base64.', resolve: (row) => textOf(row).split('\n')[2]! }),
    signatures: t.field({
      type: [signature],
      listSize: { assumedSize: 2 },
      resolve: (row) => [...noteOf(row)?.signatures ?? []],
    }),
    witnessed: t.boolean({
      description: 'Whether a witness cosigned it.',
      resolve: (row) =>
        noteOf(row)?.signatures.some(({ bytes }) => bytes.length === COSIGNATURE_BYTES) === true,
    }),
    stamped: t.boolean({
      description: 'Whether it carries a time stamp (RFC 3161).',
      resolve: (row) => row.stamp !== null,
    }),
    stamp: t.string({
      nullable: true,
      description: 'The time stamp, DER in base64; `openssl ts -verify` reads it.',
      resolve: (row) => row.stamp === null ? null : base64(row.stamp),
    }),
    simulated: t.boolean({
      description: 'True where witness or time stamp are our own and prove nothing to others.',
      resolve: (_, __, { documents }) => documents.simulated,
    }),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
  }),
})

/** Seconds and an Ed25519 signature. */
const COSIGNATURE_BYTES = 72

function noteOf(row: CheckpointRow) {
  const note = parseNote(row.note)
  return note.ok ? note.value : undefined
}

function textOf(row: CheckpointRow): string {
  return noteOf(row)?.text ?? '\n\n\n'
}

/** The number in a cursor. */
function numberAfter(after: string | undefined): bigint | undefined {
  if (after === undefined) return undefined
  if (!/^\d{1,15}$/.test(after)) {
    throw badInput(refuse('CURSOR_MALFORMED', 'The cursor is not one that a page gave.', '/after'))
  }
  return BigInt(after)
}

const order = builder.externalRef('BusinessOrder', builder.selection<{ serial: string }>('serial'))

order.implement({
  externalFields: (t) => ({ serial: t.string() }),
  fields: (t) => ({
    evidenceCase: t.field({
      type: evidenceCase,
      nullable: true,
      ...EVIDENCE_READ,
      description: 'The proof of its approval: who approved what, and when. Null until then.',
      resolve: (parent, _, context) => approvalOf(context, parent.serial),
    }),
  }),
})

const verifierFile = builder.objectRef<string>('EvidenceVerifierFile').implement({
  fields: (t) => ({
    name: t.string({ resolve: () => 'evidence-verifier.html' }),
    html: t.string({ resolve: (page) => page }),
    sha256: t.string({ resolve: (page) => sha256Hex(page) }),
  }),
})

builder.queryFields((t) => ({
  evidenceCases: t.field({
    type: connection('EvidenceCase', evidenceCase),
    description: 'Newest first.',
    ...EVIDENCE_READ,
    ...PAGE_SIZE,
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      subject: t.arg.string({ description: 'An order’s serial, a project, a policy’s number.' }),
      kind: t.arg.string({ description: 'Such as policy, approval or review.' }),
      documentHash: t.arg.string({ description: 'SHA-256 of what the case is about.' }),
      closed: t.arg.boolean(),
    },
    resolve: async (_, args, { actor, documents }) => {
      const page = readPageArgs(args)
      const filter = {
        subject: args.subject ?? undefined,
        kind: args.kind ?? undefined,
        documentHash: args.documentHash ?? undefined,
        closed: args.closed ?? undefined,
      }
      const rows = await listCases(documents.db, actor.tenant, filter, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
  evidenceCheckpoints: t.field({
    type: connection('EvidenceCheckpoint', checkpoint),
    description: 'Signed heads of the log, newest first.',
    ...EVIDENCE_READ,
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, args, { actor, documents }) => {
      const page = readPageArgs(args)
      const before = numberAfter(page.after) ?? BEFORE_ALL
      const limit = BigInt(page.limit + 1)
      const rows = await checkpointsBefore(documents.db, { tenant: actor.tenant, before, limit })
      return pageOf(rows, page.limit, (row) => row.size.toString())
    },
  }),
  evidenceVerifier: t.field({
    type: verifierFile,
    description: 'The offline verifier as one HTML file, to be kept beside bundles.',
    ...EVIDENCE_READ,
    resolve: () => verifierPage(),
  }),
  evidenceCase: t.field({
    type: evidenceCase,
    nullable: true,
    ...EVIDENCE_READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findCase(context, id),
  }),
  evidenceCheckpoint: t.field({
    type: checkpoint,
    nullable: true,
    description: 'The latest.',
    ...EVIDENCE_READ,
    resolve: async (_, __, { actor, documents }) =>
      (await latestCheckpoint(documents.db, { tenant: actor.tenant }))[0] ?? null,
  }),
  evidenceTrust: t.field({
    type: 'JSON',
    description:
      'Keys that a verifier of this log is told to believe; keep them apart from bundles.',
    ...EVIDENCE_READ,
    resolve: (_, __, { actor, documents }) => documents.evidence.trust(actor.tenant),
  }),
}))

/** No log has so many leaves. */
const BEFORE_ALL = 1n << 53n
