/**
 * Four eyes (双人复核): what one person drafts, another approves, from a day on.
 *
 * One mechanism for posting rules, parameters, order types and whatever else is data that decides
 * about money. Draft → submitted → approved or rejected; nothing goes back.
 */
import { type Actor, systemActor } from './actor.ts'
import { canonicalJson, type CanonicalValue } from './canonical-json.ts'
import { sha256Hex } from './chain.ts'
import { ok, refuse, type Result } from './result.ts'
import { type Reader, statement, type Tx } from './store.ts'
import type { KernelTables } from './tables.ts'
import type { Instant, LocalDate } from './time.ts'

export type ProposalState = 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'REJECTED'

export type ProposalCode =
  | 'PROPOSAL_UNKNOWN'
  | 'PROPOSAL_STATE'
  | 'SELF_APPROVAL'
  | 'REASON_MISSING'
  | 'VERSION_EXISTS'

/** One version of one subject, such as version 3 of the posting rule for supplier payments. */
export interface ProposalKey {
  readonly tenant: string
  readonly kind: string
  readonly subject: string
  readonly version: bigint
}

/** @property body canonical JSON; its meaning belongs to `kind` */
export interface Proposal extends ProposalKey {
  readonly state: ProposalState
  readonly body: string
  readonly draftedBy: string
  readonly draftedAt: Instant
  readonly decidedBy: string | null
  readonly decidedAt: Instant | null
  readonly reason: string | null
  readonly effectiveFrom: LocalDate
}

/** Whether this actor may decide this way, and why not. */
export function judge(
  proposal: Pick<Proposal, 'state' | 'draftedBy'>,
  actor: Pick<Actor, 'subject'>,
  verdict: 'APPROVED' | 'REJECTED',
  reason: string,
): Result<ProposalState, ProposalCode> {
  if (proposal.state !== 'SUBMITTED') {
    return refuse(
      'PROPOSAL_STATE',
      `Only a submitted version is decided; this is ${proposal.state}.`,
    )
  }
  if (proposal.draftedBy === actor.subject) {
    return refuse('SELF_APPROVAL', 'Whoever drafted a version does not decide about it.')
  }
  if (verdict === 'REJECTED' && reason.trim() === '') {
    return refuse('REASON_MISSING', 'A rejection gives its reason.', '/reason')
  }
  return ok(verdict)
}

const insert = statement<KernelTables, {
  tenant: string
  kind: string
  subject: string
  version: bigint
  body: string
  hash: string
  by: string
  at: Instant
  from: LocalDate
}>()((db, p) =>
  db.insertInto('proposal').values({
    tenant_id: p.tenant,
    kind: p.kind,
    subject: p.subject,
    version: p.version,
    state: 'SUBMITTED',
    body: p.body,
    body_hash: p.hash,
    drafted_by: p.by,
    drafted_at: p.at,
    decided_by: null,
    decided_at: null,
    reason: null,
    effective_from: p.from,
  }).onConflict((c) => c.doNothing()).returning('version')
)

/** All columns but the body, which is large and read at every use of a version. */
const HEAD = [
  'tenant_id',
  'kind',
  'subject',
  'version',
  'state',
  'body_hash',
  'drafted_by',
  'drafted_at',
  'decided_by',
  'decided_at',
  'reason',
  'effective_from',
] as const

const find = statement<
  KernelTables,
  { tenant: string; kind: string; subject: string; version: bigint }
>()((db, p) =>
  db.selectFrom('proposal').select(HEAD)
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind)
    .where('subject', '=', p.subject).where('version', '=', p.version).limit(1)
)

const settle = statement<KernelTables, {
  tenant: string
  kind: string
  subject: string
  version: bigint
  state: ProposalState
  by: string
  at: Instant
  reason: string
}>()((db, p) =>
  db.updateTable('proposal')
    .set({ state: p.state, decided_by: p.by, decided_at: p.at, reason: p.reason })
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind)
    .where('subject', '=', p.subject).where('version', '=', p.version)
    .where('state', '=', 'SUBMITTED')
)

const list = statement<KernelTables, { tenant: string; kind: string }>()((db, p) =>
  db.selectFrom('proposal').selectAll()
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind)
    .orderBy('subject').orderBy('version').limit(1000)
)

const effective = statement<
  KernelTables,
  { tenant: string; kind: string; subject: string; on: LocalDate }
>()((db, p) =>
  db.selectFrom('proposal').select(HEAD)
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind)
    .where('subject', '=', p.subject).where('state', '=', 'APPROVED')
    .where('effective_from', '<=', p.on)
    .orderBy('effective_from', 'desc').orderBy('version', 'desc').limit(1)
)

const bodyOf = statement<
  KernelTables,
  { tenant: string; kind: string; subject: string; version: bigint }
>()((db, p) =>
  db.selectFrom('proposal').select('body')
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind)
    .where('subject', '=', p.subject).where('version', '=', p.version).limit(1)
)

/** Bodies by their sha256: a body never changes its hash, whichever database it came from. */
const bodies = new Map<string, string>()
const BODIES_MAX = 500
const LAST_INSTANT: Instant = '9999-12-31T23:59:59.999Z'

/** Writes a new version for somebody else to decide. Refuses a version that exists. */
export async function propose<Db extends KernelTables>(
  tx: Tx<Db>,
  key: ProposalKey,
  draft: { body: CanonicalValue; by: string; at: Instant; from: LocalDate },
): Promise<Result<ProposalKey, ProposalCode>> {
  const body = canonicalJson(draft.body)
  const hash = sha256Hex(body)
  const rows = await insert(kernel(tx), { ...key, ...draft, body, hash })
  return rows.length === 1
    ? ok(key)
    : refuse('VERSION_EXISTS', `Version ${key.version} of ${key.subject} exists.`, '/version')
}

/** Puts in versions that ship with the system, approved by the set-up. Doing it again adds nothing. */
export async function shipVersions<Db extends KernelTables>(
  tx: Tx<Db>,
  tenant: string,
  kind: string,
  bodies: Readonly<Record<string, CanonicalValue>>,
  at: Instant,
): Promise<void> {
  for (const [subject, body] of Object.entries(bodies)) {
    const key = { tenant, kind, subject, version: 1n }
    const draft = { body, by: 'huitong:shipped', at, from: '2000-01-01' }
    if (!(await propose(tx, key, draft)).ok) continue
    const actor = systemActor(tenant, 'huitong:set-up', 'system')
    await decide(tx, key, { verdict: 'APPROVED', actor, at, reason: 'shipped with Huitong' })
  }
}

/** Approves or rejects a version. */
export async function decide<Db extends KernelTables>(
  tx: Tx<Db>,
  key: ProposalKey,
  decision: { verdict: 'APPROVED' | 'REJECTED'; actor: Actor; at: Instant; reason: string },
): Promise<Result<Proposal, ProposalCode>> {
  const [row] = await find(kernel(tx), key)
  if (row === undefined) {
    return refuse('PROPOSAL_UNKNOWN', `There is no version ${key.version} of ${key.subject}.`)
  }
  const proposal = await withBody(tx, row)
  const judged = judge(proposal, decision.actor, decision.verdict, decision.reason)
  if (!judged.ok) return judged
  const by = decision.actor.subject
  await settle(kernel(tx), { ...key, ...decision, state: judged.value, by })
  const [after] = await find(kernel(tx), key)
  return ok(await withBody(tx, after!))
}

/** The version in force on a day: the one with the latest start, then the highest number. */
export async function versionInForce<Db extends KernelTables>(
  db: Reader<Db>,
  tenant: string,
  kind: string,
  subject: string,
  on: LocalDate,
): Promise<Proposal | undefined> {
  const [row] = await effective(kernel(db), { tenant, kind, subject, on })
  return row === undefined ? undefined : await withBody(db, row)
}

const approved = statement<
  KernelTables,
  { tenant: string; kind: string; on: LocalDate; known: Instant }
>()((db, p) =>
  db.selectFrom('proposal').select(HEAD)
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind).where('state', '=', 'APPROVED')
    .where('effective_from', '<=', p.on).where('decided_at', '<=', p.known)
    .orderBy('subject').orderBy('effective_from').orderBy('version')
)

/**
 * The versions of a kind that are in force on a day, one per subject.
 *
 * @param knownAt what was approved later is left out, so that a day can be asked for as it was seen
 */
export async function versionsInForce<Db extends KernelTables>(
  db: Reader<Db>,
  tenant: string,
  kind: string,
  on: LocalDate,
  knownAt: Instant = LAST_INSTANT,
): Promise<Proposal[]> {
  const rows = await approved(kernel(db), { tenant, kind, on, known: knownAt })
  // By subject the last one is the newest start, then the highest number.
  const last = new Map(rows.map((row) => [row.subject, row]))
  const versions: Proposal[] = []
  for (const row of last.values()) versions.push(await withBody(db, row))
  return versions
}

const ofSubject = statement<KernelTables, { tenant: string; kind: string; subject: string }>()((
  db,
  p,
) =>
  db.selectFrom('proposal').selectAll()
    .where('tenant_id', '=', p.tenant).where('kind', '=', p.kind)
    .where('subject', '=', p.subject).orderBy('version').limit(1000)
)

/** All versions of one subject, by number; at most 1,000. */
export async function versionsOfSubject<Db extends KernelTables>(
  db: Reader<Db>,
  tenant: string,
  kind: string,
  subject: string,
): Promise<Proposal[]> {
  const rows = await ofSubject(kernel(db), { tenant, kind, subject })
  return rows.map((row) => toProposal(row, row.body))
}

/** One version, whatever its state. */
export async function findVersion<Db extends KernelTables>(
  db: Reader<Db>,
  key: ProposalKey,
): Promise<Proposal | undefined> {
  const [row] = await find(kernel(db), key)
  return row === undefined ? undefined : await withBody(db, row)
}

/** All versions of a kind, by subject and version; at most 1,000. */
export async function versionsOf<Db extends KernelTables>(
  db: Reader<Db>,
  tenant: string,
  kind: string,
): Promise<Proposal[]> {
  return (await list(kernel(db), { tenant, kind })).map((row) => toProposal(row, row.body))
}

function kernel<Db extends KernelTables>(db: Reader<Db>): Tx<KernelTables> {
  return db as unknown as Tx<KernelTables>
}

async function withBody<Db extends KernelTables>(db: Reader<Db>, row: Head): Promise<Proposal> {
  let body = bodies.get(row.body_hash)
  if (body === undefined) {
    const [found] = await bodyOf(kernel(db), { ...row, tenant: row.tenant_id })
    body = found!.body
    if (bodies.size >= BODIES_MAX) bodies.clear()
    bodies.set(row.body_hash, body)
  }
  return toProposal(row, body)
}

type Head = Omit<KernelTables['proposal'], 'body'>

function toProposal(row: Head, body: string): Proposal {
  return {
    tenant: row.tenant_id,
    kind: row.kind,
    subject: row.subject,
    version: row.version,
    state: row.state as ProposalState,
    body,
    draftedBy: row.drafted_by,
    draftedAt: row.drafted_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    reason: row.reason,
    effectiveFrom: row.effective_from,
  }
}
