/**
 * The evidence log at work: cases and their events, the tree over all of them, signed heads.
 *
 * Events wait until the log is sealed: then they become leaves in order, and the new head is signed,
 * cosigned and stamped. A crash in between loses nothing; the next sealing goes on.
 */
import type { Actor } from '../../kernel/actor.ts'
import type { Ports } from '../../kernel/ports.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Store } from '../../kernel/store.ts'
import type { DocumentTables } from '../tables.ts'
import {
  type CaseRow,
  casesById,
  type CheckpointRow,
  eraseSecrets,
  type EventRow,
  EVENTS_MAX,
  eventsOfCase,
  insertCase,
  insertCheckpoint,
  insertEvent,
  insertEvents,
  insertLogKey,
  insertPending,
  insertPendings,
  insertSecret,
  lastEvent,
  lastPending,
  latestCheckpoint,
  leafOfEvent,
  leavesOfCase,
  logKeys,
  logTenants,
  secretsOf,
  setCase,
} from '../store/evidence.ts'
import type { FaceCheck } from './face-check.ts'
import { bundleOf, closingBody, eventAfter, nextEvent, type Opening } from './bundle.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import {
  checkEvent,
  commitment,
  type EventCode,
  eventHash,
  type EventKind,
  type EvidenceEvent,
} from './event.ts'
import { consistencyRanges } from './merkle.ts'
import {
  COSIGNATURE,
  ED25519,
  formatKey,
  formatNote,
  generateKey,
  hex,
  parseNote,
  type Signer,
  signerOf,
  signNote,
} from './note.ts'
import {
  loadAuthorityKey,
  newAuthorityKey,
  simulatedAuthority,
  storeAuthorityKey,
  type TimestampAuthority,
} from './timestamp.ts'
import { lock, unlock } from './vault.ts'
import { type Bundle, type Trust, type Verdict, verifyBundle } from './verifier.ts'
import { addCheckpoint, type Witness } from './witness.ts'
import { growTree, Nodes, proofsAt } from './stored-tree.ts'

/** Whoever watches the log and stamps it. Without a witness of another institution, one of our own. */
export interface EvidenceOptions {
  readonly witness?: Witness
  readonly authority?: TimestampAuthority
  /** Checks faces; the simulator where there is none. */
  readonly faceCheck?: FaceCheck
  readonly random: (bytes: Uint8Array) => void
}

/** Certificates of simulated authorities hold from here on. */
const AUTHORITY_FROM = '2020-01-01T00:00:00Z'
/** What a case is about, such as policy, approval or review. */
const CASE_KIND = /^[a-z]{2,20}(?:-[a-z]{1,20})?$/
/** Kinds that are told by the system alone: a case of a caller's could be taken for an order's proof. */
const OWN_KINDS = new Set(['approval', 'review'])
const SUBJECT_MAX = 100
const DOCUMENT_HASH = /^[0-9a-f]{64}$/

export type EvidenceCode =
  | EventCode
  | 'CASE_UNKNOWN'
  | 'CASE_KIND'
  | 'CASE_SUBJECT'
  | 'CASE_FULL'
  | 'CASE_NOT_CLOSED'
  | 'DOCUMENT_HASH_MALFORMED'

type Personal = Readonly<Record<string, string>>

/** A case whose events are all known when it is told of. @property events without its closing */
export interface ClosedCase {
  readonly kind: string
  readonly subject: string
  readonly documentHash: string
  readonly by: string
  readonly events: readonly { readonly kind: EventKind; readonly body: EvidenceEvent['body'] }[]
}

interface Secret {
  readonly name: string
  readonly salt: Uint8Array
  readonly key: Uint8Array
  readonly box: Uint8Array
  readonly commitment: string
}

/** Personal data as it is kept: encrypted, and committed to with a salt. */
export type Secrets = readonly Secret[]

/** One tenant's or all tenants' logs. */
export class EvidenceLog {
  readonly #store: Store<DocumentTables>
  readonly #ports: Ports
  readonly #options: EvidenceOptions
  #sealing: Promise<unknown> = Promise.resolve()

  constructor(store: Store<DocumentTables>, ports: Ports, options: EvidenceOptions) {
    this.#store = store
    this.#ports = ports
    this.#options = options
  }

  /** Opens a case about a document. @param about its id and subject, for it to be found again by */
  async open(
    actor: Pick<Actor, 'tenant' | 'subject'>,
    kind: string,
    documentHash: string,
    personal: Personal = {},
    about: { readonly id?: string; readonly subject?: string | null } = {},
  ): Promise<Result<string, EvidenceCode>> {
    const { id = this.#ports.ids.next('evc'), subject = null } = about
    if (!CASE_KIND.test(kind)) {
      return refuse('CASE_KIND', 'A kind of case is a few small letters.', '/input/kind')
    }
    if (OWN_KINDS.has(kind)) {
      return refuse(
        'CASE_KIND',
        `A case of kind ${kind} is told by the system alone.`,
        '/input/kind',
      )
    }
    if (!DOCUMENT_HASH.test(documentHash)) {
      return refuse(
        'DOCUMENT_HASH_MALFORMED',
        'A document is named by its SHA-256, 64 lower-case hex digits.',
        '/input/documentHash',
      )
    }
    if (subject !== null && !isSubject(subject)) {
      return refuse(
        'CASE_SUBJECT',
        `A subject is text of 1 to ${SUBJECT_MAX} characters.`,
        '/input/subject',
      )
    }
    const at = this.#ports.clock.now()
    const { tenant, subject: by } = actor
    const secrets = await this.#lock(id, personal)
    const opened = await this.#store.write(async (tx) => {
      await insertCase(tx, {
        tenant,
        id,
        kind,
        subject,
        document: documentHash,
        events: 0n,
        closed: 0n,
        by,
        at,
      })
      const body = { document: documentHash, kind, by, ...(subject === null ? {} : { subject }) }
      return await append(tx, tenant, id, 'session.opened', at, body, secrets)
    }, { lane: evidenceLane(tenant) })
    return opened.ok ? ok(id) : opened
  }

  /** Adds an event. Personal data is committed to and kept encrypted beside the log. */
  async record(
    tenant: string,
    caseId: string,
    kind: string,
    body: EvidenceEvent['body'],
    personal: Personal = {},
  ): Promise<Result<EvidenceEvent, EvidenceCode>> {
    const at = this.#ports.clock.now()
    const secrets = await this.#lock(caseId, personal)
    return await this.#store.write(
      (tx) => append(tx, tenant, caseId, kind, at, body, secrets),
      { lane: evidenceLane(tenant) },
    )
  }

  /**
   * Adds an event in the transaction of what it tells of, which has to run in the `evidenceLane`.
   *
   * @throws Error when the case does not take it: then neither is done
   */
  async recordWith(
    tx: Tx,
    tenant: string,
    caseId: string,
    kind: EventKind,
    body: EvidenceEvent['body'],
    secrets: Secrets = [],
  ): Promise<void> {
    const done = await append(tx, tenant, caseId, kind, this.#ports.clock.now(), body, secrets)
    if (!done.ok) throw new Error(`${done.code}: ${done.message}`)
  }

  /** Encrypts personal data of a case, for an event of `recordWith`: ahead of its transaction. */
  async locked(caseId: string, personal: Personal): Promise<Secrets> {
    return await this.#lock(caseId, personal)
  }

  /** Opens a case without personal data, as `recordWith` adds to one. */
  async openWith(
    tx: Tx,
    { tenant, subject: by }: Pick<Actor, 'tenant' | 'subject'>,
    opened: { id: string; kind: string; subject: string; documentHash: string },
  ): Promise<void> {
    const { id, kind, subject, documentHash: document } = opened
    const at = this.#ports.clock.now()
    await insertCase(tx, { tenant, id, kind, subject, document, events: 0n, closed: 0n, by, at })
    await this.recordWith(tx, tenant, id, 'session.opened', { document, kind, by, subject })
  }

  /** Keeps a case that is over as soon as it is told of, in a transaction of the `evidenceLane`. */
  async keepClosed(tx: Tx, tenant: string, closed: ClosedCase): Promise<void> {
    const at = this.#ports.clock.now()
    const id = this.#ports.ids.next('evc')
    const { kind, subject, documentHash: document, by } = closed
    const events: EvidenceEvent[] = []
    for (const { kind, body } of closed.events) events.push(nextEvent(events, id, kind, at, body))
    events.push(nextEvent(events, id, 'case.closed', at, closingBody(events)))
    const hashes = events.map((event) => hex(eventHash(event)))
    const count = BigInt(events.length)
    await insertCase(tx, { tenant, id, kind, subject, document, events: count, closed: 1n, by, at })
    await insertEvents(
      tx,
      events.map((event, seq) => [tenant, id, BigInt(seq), JSON.stringify(event), hashes[seq]]),
    )
    const [last] = await lastPending(tx, { tenant })
    const from = (last?.at_seq ?? 0n) + 1n
    await insertPendings(
      tx,
      hashes.map((hash, seq) => [tenant, from + BigInt(seq), id, BigInt(seq), hash]),
    )
  }

  /** Closes a case: nothing can be added or cut off any more. */
  close(tenant: string, caseId: string): Promise<Result<EvidenceEvent, EvidenceCode>> {
    return this.record(tenant, caseId, 'case.closed', {})
  }

  /** Forgets the personal data of a case. What was committed to stays provable, not readable. */
  async erase(tenant: string, caseId: string): Promise<Result<bigint, EvidenceCode>> {
    const [row] = await casesById(this.#store.read, tenant, [caseId])
    if (row === undefined) return refuse('CASE_UNKNOWN', 'There is no such case.', '/input/case')
    const { affected } = await this.#store.write((tx) => eraseSecrets(tx, { tenant, case: caseId }))
    return ok(affected)
  }

  /** Makes leaves of what waits and signs the head. One sealing at a time. */
  seal(tenant: string): Promise<CheckpointRow | undefined> {
    const sealed = this.#sealing.then(() => this.#seal(tenant))
    this.#sealing = sealed.catch(() => {})
    return sealed
  }

  /** Waits until no sealing is under way. */
  async settled(): Promise<void> {
    await this.#sealing
  }

  /** Seals every tenant's log. */
  async sealAll(): Promise<void> {
    for (const { tenant_id: tenant } of await logTenants(this.#store.read, {})) {
      await this.seal(tenant)
    }
  }

  /** A closed case with its proofs. @param reveal names of personal data to show */
  async bundle(
    tenant: string,
    caseId: string,
    reveal: readonly string[],
  ): Promise<Result<Bundle, EvidenceCode>> {
    const db = this.#store.read
    const [row] = await casesById(db, tenant, [caseId])
    if (row === undefined) return refuse('CASE_UNKNOWN', 'There is no such case.', '/case')
    if (row.closed !== 1n) return refuse('CASE_NOT_CLOSED', 'The case is still open.', '/case')
    if (await this.#sealedCount(row) < Number(row.events)) await this.seal(tenant)
    const [head] = await latestCheckpoint(db, { tenant })
    const openings: Opening[] = []
    for (const secret of await secretsOf(db, { tenant, case: caseId })) {
      if (!reveal.includes(secret.name)) continue
      const { name, salt, key, box } = secret
      const value = await unlock({ key, box }, about(caseId, name, salt))
      if (value !== undefined) openings.push({ seq: Number(secret.seq), name, value, salt })
    }
    return ok(await this.#packed(row, head!, openings))
  }

  /**
   * What the one-file verifier says of a case as it stands now: nothing is shown, sealed or changed.
   * Undefined while some of its events are not in the log yet.
   */
  async verify(row: CaseRow): Promise<Verdict | undefined> {
    if (await this.#sealedCount(row) < Number(row.events)) return undefined
    const [head] = await latestCheckpoint(this.#store.read, { tenant: row.tenant_id })
    const bundle = await this.#packed(row, head!, [])
    // As a file would be read by somebody else.
    return await verifyBundle(
      JSON.parse(JSON.stringify(bundle)),
      await this.trust(row.tenant_id),
    )
  }

  /** Where an event stands in the log and what proves it; undefined while it waits. */
  async inclusion(
    { tenant_id: tenant, case_id, seq }: EventRow,
  ): Promise<{ leaf: number; size: number; proof: Uint8Array[] } | undefined> {
    const db = this.#store.read
    const [found] = await leafOfEvent(db, { tenant, case: case_id, seq })
    const [head] = await latestCheckpoint(db, { tenant })
    if (found === undefined || head === undefined || found.leaf >= head.size) return undefined
    const leaf = Number(found.leaf)
    const size = Number(head.size)
    const [proof] = await proofsAt(db, tenant, [leaf], size)
    return { leaf, size, proof: proof! }
  }

  /** How many events of a case lie under a signed head. */
  async #sealedCount({ tenant_id: tenant, id }: CaseRow): Promise<number> {
    const leaves = await leavesOfCase(this.#store.read, { tenant, case: id })
    const [head] = await latestCheckpoint(this.#store.read, { tenant })
    return leaves.filter(({ leaf }) => leaf < (head?.size ?? 0n)).length
  }

  /** The case as the row has it: of an open one, events that came since may not be sealed yet. */
  async #packed(
    { tenant_id: tenant, id, events: count }: CaseRow,
    head: CheckpointRow,
    openings: readonly Opening[],
  ): Promise<Bundle> {
    const db = this.#store.read
    const leaves = (await leavesOfCase(db, { tenant, case: id }))
      .slice(0, Number(count)).map(({ leaf }) => Number(leaf))
    const proofs = await proofsAt(db, tenant, leaves, Number(head.size))
    const proved = leaves.map((index, i) => ({ index, proof: proofs[i]! }))
    const events = (await eventsOfCase(db, { tenant, case: id }))
      .slice(0, Number(count)).map(eventOf)
    return bundleOf(events, proved, head.note, head.stamp, openings)
  }

  /** What a verifier of this tenant's log is told to believe. */
  async trust(tenant: string): Promise<Trust> {
    const { log, witness, authority } = await this.#signers(tenant)
    const outside = this.#options.witness
    return {
      log: formatKey(log),
      witnesses: [outside === undefined ? formatKey(witness) : formatKey(outside.key)],
      quorum: 1,
      tsa: authority.fingerprint === undefined ? [] : [authority.fingerprint],
    }
  }

  async #lock(caseId: string, personal: Personal): Promise<Secret[]> {
    const secrets: Secret[] = []
    for (const [name, value] of Object.entries(personal)) {
      const salt = new Uint8Array(16)
      this.#options.random(salt)
      const { key, box } = await lock(value, about(caseId, name, salt), this.#options.random)
      secrets.push({ name, salt, key, box, commitment: commitment(name, value, salt) })
    }
    return secrets
  }

  async #seal(tenant: string): Promise<CheckpointRow | undefined> {
    const { log, witness, authority } = await this.#signers(tenant)
    let grown = await this.#grow(tenant)
    while (grown.waiting) grown = await this.#grow(tenant)
    const { size, root } = grown
    const [before] = await latestCheckpoint(this.#store.read, { tenant })
    if (size === 0 || before?.size === BigInt(size)) return before
    const text = formatCheckpoint({ origin: log.name, size, root })
    let note = await signNote(text, log)
    const old = before === undefined ? 0 : Number(before.size)
    const nodes = new Nodes(this.#store.read, tenant)
    const proof: Uint8Array[] = []
    for (const [from, to] of old === 0 ? [] : consistencyRanges(old, size)) {
      proof.push(await nodes.range(from, to))
    }
    const cosignature = this.#options.witness === undefined
      ? await addCheckpoint(
        {
          signer: witness,
          logs: new Map([[log.name, log]]),
          memory: {
            get: () =>
              Promise.resolve(before === undefined ? undefined : checkpointOf(before.note)),
            replace: () => Promise.resolve(true),
          },
          now: () => Date.parse(this.#ports.clock.now()),
        },
        old,
        proof,
        note,
      )
      : await this.#options.witness.cosign(old, proof, note)
    if (cosignature.ok) {
      const parsed = parseNote(note)
      if (parsed.ok) {
        note = formatNote({
          ...parsed.value,
          signatures: [...parsed.value.signatures, cosignature.value],
        })
      }
    }
    const stamp = await authority.stamp(new TextEncoder().encode(text))
    const at = this.#ports.clock.now()
    await this.#store.write((tx) =>
      insertCheckpoint(tx, {
        tenant,
        size: BigInt(size),
        note,
        stamp: stamp.ok ? stamp.value : null,
        at,
      })
    )
    return (await latestCheckpoint(this.#store.read, { tenant }))[0]
  }

  #grow(tenant: string) {
    return this.#store.write((tx) => growTree(tx, tenant), { lane: evidenceLane(tenant) })
  }

  /** The log's key, and those of the witness and authority that stand in where there are no others. */
  async #signers(
    tenant: string,
  ): Promise<{ log: Signer; witness: Signer; authority: TimestampAuthority }> {
    const names = { log: `${tenant}/evidence`, witness: `${tenant}/simulated-witness` }
    let rows = await logKeys(this.#store.read, { tenant })
    if (rows.length < 3) {
      for (const [role, name] of Object.entries(names)) {
        const { pkcs8, publicKey } = await generateKey()
        await this.#store.write((tx) => insertLogKey(tx, { tenant, role, name, pkcs8, publicKey }))
      }
      const name = `${tenant}/simulated-time-stamps`
      const { pkcs8, certificate } = await storeAuthorityKey(
        await newAuthorityKey(name, new Date(AUTHORITY_FROM)),
      )
      await this.#store.write((tx) =>
        insertLogKey(tx, { tenant, role: 'authority', name, pkcs8, publicKey: certificate })
      )
      rows = await logKeys(this.#store.read, { tenant })
    }
    const signer = (role: string, kind: number) => {
      const row = rows.find((one) => one.role === role)!
      return signerOf(row.name, kind, row.pkcs8, row.public_key)
    }
    const own = rows.find(({ role }) => role === 'authority')!
    return {
      log: await signer('log', ED25519),
      witness: await signer('witness', COSIGNATURE),
      authority: this.#options.authority ?? simulatedAuthority(
        await loadAuthorityKey(own.pkcs8, own.public_key),
        () => new Date(this.#ports.clock.now()),
      ),
    }
  }
}

type Tx = Parameters<Parameters<Store<DocumentTables>['write']>[0]>[0]

/** Events of a tenant are put in line one after the other. */
export function evidenceLane(tenant: string): string {
  return `${tenant}:evidence`
}

function isSubject(text: string): boolean {
  return text.trim() !== '' && text.length <= SUBJECT_MAX && text.isWellFormed() &&
    !text.includes('\0')
}

/** Adds an event to a case that is open. */
async function append(
  tx: Tx,
  tenant: string,
  caseId: string,
  kind: string,
  at: string,
  body: EvidenceEvent['body'],
  secrets: readonly Secret[],
): Promise<Result<EvidenceEvent, EvidenceCode>> {
  const [row] = await casesById(tx, tenant, [caseId])
  if (row === undefined) return refuse('CASE_UNKNOWN', 'There is no such case.', '/input/case')
  const so = {
    id: caseId,
    documentHash: row.document_hash,
    events: Number(row.events),
    closed: row.closed === 1n,
  }
  const checked = checkEvent(so, kind, body)
  if (!checked.ok) return checked
  const closes = checked.value === 'case.closed'
  // The last one is for closing.
  if (!closes && so.events >= EVENTS_MAX - 1) {
    return refuse('CASE_FULL', `A case takes at most ${EVENTS_MAX} events.`, '/input/case')
  }
  const last = (await lastEvent(tx, { tenant, case: caseId }))[0]?.hash
  const event = eventAfter(
    so.events,
    last,
    caseId,
    checked.value,
    at,
    closes ? { head: last!, events: so.events } : body,
    Object.fromEntries(secrets.map(({ name, commitment }) => [name, commitment])),
  )
  const seq = row.events
  const hash = hex(eventHash(event))
  await insertEvent(tx, { tenant, case: caseId, seq, event: JSON.stringify(event), hash })
  await setCase(tx, { tenant, id: caseId, from: seq, closed: closes ? 1n : 0n })
  const [waiting] = await lastPending(tx, { tenant })
  await insertPending(tx, { tenant, at: (waiting?.at_seq ?? 0n) + 1n, case: caseId, seq, hash })
  for (const { name, salt, key, box } of secrets) {
    await insertSecret(tx, { tenant, case: caseId, seq, name, salt, key, box })
  }
  return ok(event)
}

function about(caseId: string, name: string, salt: Uint8Array): string {
  return `${caseId}/${name}/${hex(salt)}`
}

function eventOf(row: { readonly event: string }): EvidenceEvent {
  return JSON.parse(row.event) as EvidenceEvent
}

function checkpointOf(note: string) {
  const parsed = parseNote(note)
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed
  if (!checkpoint.ok) throw new Error(`a stored checkpoint cannot be read: ${checkpoint.message}`)
  return checkpoint.value
}
