/**
 * Every way to cheat that the evidence is kept against, and what finds it.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { closingBody, nextEvent, opens } from '../../../subgraphs/documents/evidence/bundle.ts'
import { formatCheckpoint } from '../../../subgraphs/documents/evidence/checkpoint.ts'
import {
  checkEvent,
  type EvidenceEvent,
  livenessNonce,
} from '../../../subgraphs/documents/evidence/event.ts'
import { MerkleTree } from '../../../subgraphs/documents/evidence/merkle.ts'
import { signNote } from '../../../subgraphs/documents/evidence/note.ts'
import { type Bundle, verifyBundle } from '../../../subgraphs/documents/evidence/verifier.ts'
import { addCheckpoint } from '../../../subgraphs/documents/evidence/witness.ts'
import {
  append,
  AT,
  newLog,
  ORIGIN,
  pack,
  packedCase,
  seal,
  type Session,
  sessionOf,
  type TestLog,
} from '../fixtures/evidence.ts'

let log: TestLog
let bundle: Bundle
let session: Session

beforeAll(async () => {
  ;({ log, bundle, session } = await packedCase())
})

async function codesOf(changed: unknown, trust = log.trust): Promise<string[]> {
  const verdict = await verifyBundle(changed, trust)
  expect(verdict.ok).toBe(verdict.faults.length === 0)
  return [...new Set(verdict.faults.map(({ code }) => code))]
}

/** The bundle with other events, linked anew as somebody would who can write the database. */
function relinked(events: readonly EvidenceEvent[], closed = true): Bundle {
  const linked: EvidenceEvent[] = []
  for (const { kind, at, body, commitments } of events) {
    const own = kind === 'case.closed' && closed ? closingBody(linked) : body
    linked.push(nextEvent(linked, events[0]!.case, kind, at, own, commitments))
  }
  return { ...bundle, events: linked }
}

describe('the evidence of a session', () => {
  it('is proved, with the times that others saw it', async () => {
    expect(await verifyBundle(JSON.parse(JSON.stringify(bundle)), log.trust)).toEqual({
      ok: true,
      faults: [],
      case: 'case-1',
      events: 10,
      cosignedAt: ['2026-03-01T02:01:00.000Z'],
      stampedAt: '2026-03-01T02:01:30.000Z',
    })
  })

  it('holds no personal data but what is opened with its salt', () => {
    const text = JSON.stringify({ ...bundle, openings: [] })
    expect(text).not.toContain('customer-1')
    expect(text).not.toContain('31.23')
    for (const opening of session.openings) expect(opens(session.events, opening)).toBe(true)
  })
})

describe('somebody changes the events and', () => {
  it('does not link them anew: the chain is broken', async () => {
    const events = session.events.with(1, {
      ...session.events[1]!,
      body: { ...session.events[1]!.body, shownMs: 60_000 },
    })
    expect(await codesOf({ ...bundle, events })).toEqual(['CHAIN_BROKEN', 'NOT_IN_LOG'])
  })

  it('links them anew: they are not what is in the log', async () => {
    const changed = session.events.with(1, {
      ...session.events[1]!,
      body: { ...session.events[1]!.body, shownMs: 60_000 },
    })
    expect(await codesOf(relinked(changed))).toEqual(['NOT_IN_LOG'])
  })

  it('deletes one', async () => {
    const events = session.events.toSpliced(2, 1)
    const leaves = bundle.leaves.toSpliced(2, 1)
    expect(await codesOf({ ...bundle, events, leaves })).toContain('EVENT_MISSING')
    expect(await codesOf({ ...relinked(events), leaves, openings: [] })).toEqual(['NOT_IN_LOG'])
  })

  it('puts two in another order', async () => {
    const events = session.events.with(1, session.events[2]!).with(2, session.events[1]!)
    expect(await codesOf({ ...bundle, events })).toEqual(
      expect.arrayContaining(['EVENT_MISSING', 'CHAIN_BROKEN', 'EVENT_BEFORE_THE_LAST']),
    )
  })

  it('inserts one', async () => {
    const more = { ...session.events[2]!, body: { clause: 'premium' } }
    const events = session.events.toSpliced(3, 0, more)
    const leaves = bundle.leaves.toSpliced(3, 0, bundle.leaves[2]!)
    expect(await codesOf({ ...relinked(events), leaves, openings: [] })).toEqual(
      expect.arrayContaining(['NOT_IN_LOG', 'LEAF_ORDER']),
    )
  })

  it('cuts the end off', async () => {
    const cut = {
      ...bundle,
      events: session.events.slice(0, -2),
      leaves: bundle.leaves.slice(0, -2),
    }
    expect(await codesOf(cut)).toEqual(['CASE_NOT_CLOSED'])
  })
})

describe('somebody exchanges parts of two sessions:', () => {
  it('the events of another customer', async () => {
    const other = sessionOf('case-9', 'customer-9')
    const events = session.events.with(5, other.events[5]!)
    expect(await codesOf({ ...bundle, events })).toContain('EVENT_OF_ANOTHER_CASE')
  })

  it('the signature strokes that are shown', async () => {
    const openings = bundle.openings.map((opening) =>
      opening.name === 'strokes' ? { ...opening, value: 'customer-9:0,0,0,1' } : opening
    )
    expect(await codesOf({ ...bundle, openings })).toEqual(['COMMITMENT_DIFFERS'])
  })

  it('a liveness result of another session', async () => {
    const other = sessionOf('case-9', 'customer-9').events[3]!
    const replayed = session.events.with(3, { ...session.events[3]!, body: other.body })
    expect(await codesOf(relinked(replayed))).toEqual(['LIVENESS_REPLAYED', 'NOT_IN_LOG'])
    // It would not have been written into the case to begin with.
    const so = {
      id: 'case-1',
      documentHash: String(session.events[0]!.body.document),
      events: 3,
      closed: false,
    }
    expect(checkEvent(so, 'liveness.result', other.body)).toMatchObject({ code: 'NONCE_FOREIGN' })
    const own = { nonce: livenessNonce(so.id, so.documentHash) }
    expect(checkEvent(so, 'liveness.result', own)).toMatchObject({ ok: true })
  })

  it('the document that was signed', async () => {
    const exchanged = session.events.with(7, {
      ...session.events[7]!,
      body: { document: 'ee'.repeat(32) },
    })
    expect(await codesOf(relinked(exchanged))).toEqual(['DOCUMENT_EXCHANGED', 'NOT_IN_LOG'])
  })
})

describe('whoever runs the log', () => {
  it('rolls it back: the witness does not cosign what is smaller or grew otherwise', async () => {
    const rolled = await newLog()
    append(rolled, sessionOf('case-1', 'customer-1').events)
    await seal(rolled)
    const size = rolled.tree.size
    const less = new MerkleTree()
    for (let n = 0; n < size - 2; n++) less.append(rolled.tree.node({ level: 0, index: n }))
    const smaller = await signNote(
      formatCheckpoint({ origin: ORIGIN, size: less.size, root: less.root() }),
      rolled.signer,
    )
    expect(await addCheckpoint(rolled.witness, size, [], smaller)).toMatchObject({
      code: 'CHECKPOINT_STALE',
    })
    for (let n = 0; n < 5; n++) less.append(new Uint8Array(32).fill(n))
    const regrown = await signNote(
      formatCheckpoint({ origin: ORIGIN, size: less.size, root: less.root() }),
      rolled.signer,
    )
    expect(await addCheckpoint(rolled.witness, size, less.consistency(size), regrown))
      .toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' })
  })

  it('shows two different trees: the witness signs only one', async () => {
    const split = await newLog()
    append(split, sessionOf('case-1', 'customer-1').events)
    await seal(split)
    const view = new MerkleTree()
    append({ ...split, tree: view }, sessionOf('case-1', 'customer-2').events)
    const other = await signNote(
      formatCheckpoint({ origin: ORIGIN, size: view.size, root: view.root() }),
      split.signer,
    )
    expect(await addCheckpoint(split.witness, split.cosigned, [], other)).toMatchObject({
      code: 'CHECKPOINT_INCONSISTENT',
    })
    expect(await addCheckpoint(split.witness, 0, [], other)).toMatchObject({
      code: 'CHECKPOINT_STALE',
    })
  })

  it('has its key stolen and history signed anew: no witness and no time stamp go with it', async () => {
    const fresh = await newLog()
    const logs = new Map([[ORIGIN, log.signer]])
    const forged = { ...fresh, signer: log.signer, witness: { ...fresh.witness, logs } }
    const changed = sessionOf('case-1', 'customer-1').events.slice(0, 5)
    const again: EvidenceEvent[] = [...changed]
    again.push(
      nextEvent(again, 'case-1', 'case.closed', AT.replace(':00.', ':09.'), closingBody(again)),
    )
    const leaves = append(forged, again)
    const checkpoint = await signNote(
      formatCheckpoint({ origin: ORIGIN, size: forged.tree.size, root: forged.tree.root() }),
      log.signer,
    )
    const remade = pack(forged, { events: again, openings: [] }, leaves, {
      checkpoint,
      // The time stamp that there is was made of another checkpoint.
      timestamp: new Uint8Array(Buffer.from(bundle.timestamp!, 'base64')),
      size: forged.tree.size,
    })
    expect(await codesOf(remade)).toEqual(['WITNESS_MISSING', 'TIMESTAMP_OF_SOMETHING_ELSE'])
    // A stamp of its own making is one that nobody told the verifier to believe.
    const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1)
    const stamp = await forged.authority.stamp(new TextEncoder().encode(text))
    const timestamp = stamp.ok ? Buffer.from(stamp.value).toString('base64') : ''
    expect(await codesOf({ ...remade, timestamp })).toEqual([
      'WITNESS_MISSING',
      'TIMESTAMP_UNTRUSTED',
    ])
    const { checkpoint: own } = await seal(forged)
    expect(await codesOf({ ...remade, checkpoint: own, timestamp })).toEqual(
      expect.arrayContaining(['WITNESS_MISSING']),
    )
  })

  it('signs with another key', async () => {
    const other = await packedCase()
    expect(await codesOf(other.bundle)).toEqual(
      expect.arrayContaining(['CHECKPOINT_UNSIGNED', 'WITNESS_MISSING', 'TIMESTAMP_UNTRUSTED']),
    )
  })
})

describe('one changed byte', () => {
  it('anywhere in the file is named', async () => {
    const text = JSON.stringify(bundle)
    const step = Math.max(1, Math.floor(text.length / 400))
    const missed: string[] = []
    for (let at = 0; at < text.length; at += step) {
      const old = text.charCodeAt(at)
      const changed = text.slice(0, at) + String.fromCharCode(old === 0x30 ? 0x31 : 0x30) +
        text.slice(at + 1)
      let input: unknown
      try {
        input = JSON.parse(changed)
      } catch {
        continue
      }
      // JSON that says the same is the same.
      if (JSON.stringify(input) === text) continue
      const { ok, faults } = await verifyBundle(input, log.trust)
      if (ok || faults.length === 0) missed.push(`${at}: ${text.slice(at - 20, at + 20)}`)
    }
    expect(missed).toEqual([])
  })

  it('in an event is named by the event’s place', async () => {
    for (const [i, event] of session.events.entries()) {
      const events = session.events.with(i, { ...event, body: { ...event.body, more: 1 } })
      const { faults } = await verifyBundle({ ...bundle, events }, log.trust)
      expect(faults).toContainEqual({ code: 'NOT_IN_LOG', place: `/leaves/${i}` })
      if (i + 1 < events.length) {
        expect(faults).toContainEqual({ code: 'CHAIN_BROKEN', place: `/events/${i + 1}/prev` })
      }
    }
  })

  it('what is no bundle at all is told so, not thrown about', async () => {
    for (const input of [null, [], 'x', {}, { ...bundle, events: [] }, { ...bundle, leaves: [] }]) {
      expect(await codesOf(input)).toEqual(['BUNDLE_MALFORMED'])
    }
  })
})
