import { describe, expect, it } from 'vitest'
import {
  addCheckpoint,
  remoteWitness,
  witnessHandler,
  witnessMemory,
} from '../../subgraphs/documents/evidence/witness.ts'
import { livenessNonce } from '../../subgraphs/documents/evidence/event.ts'
import { COSIGNATURE, parseKey } from '../../subgraphs/documents/evidence/note.ts'
import { verifyBundle } from '../../subgraphs/documents/evidence/verifier.ts'
import { casesById } from '../../subgraphs/documents/store/evidence.ts'
import type { DocumentTables } from '../../subgraphs/documents/tables.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor, requestOf } from '../support/actors.ts'
import { errorCodes, run } from '../support/graph.ts'
import { onEngineOnce } from './fixtures/engine-once.ts'
import { newSigner } from './fixtures/evidence.ts'
import { openTest, type TestDocuments } from './fixtures/open.ts'

const DOCUMENT = 'ab'.repeat(32)

async function openCase(t: TestDocuments): Promise<string> {
  const { openEvidenceCase } = await t.ask(
    'maker',
    `mutation ($personal: JSON) { openEvidenceCase(input: { kind: "policy", documentHash: "${DOCUMENT}", personal: $personal }) {
      ... on EvidenceCase { id } ... on EvidenceRefusal { code } } }`,
    { personal: { customer: '张三', idNumber: '110101199001011234' } },
  )
  return openEvidenceCase.id
}

function record(t: TestDocuments, id: string, kind: string, body: object, personal?: object) {
  return t.ask(
    'maker',
    `mutation ($input: RecordEvidenceInput!) { done: recordEvidence(input: $input) {
      ... on EvidenceCase { closed } ... on EvidenceRefusal { code place } } }`,
    { input: { case: id, kind, body, personal } },
  )
}

const close = (t: TestDocuments, id: string) =>
  t.ask(
    'maker',
    `mutation ($id: ID!) { done: closeEvidenceCase(input: { case: $id }) {
    ... on EvidenceCase { closed } ... on EvidenceRefusal { code } } }`,
    { id },
  )

async function bundleOf(t: TestDocuments, id: string, reveal: string[] = []) {
  const { exportEvidence } = await t.ask(
    'checker',
    `mutation ($input: EvidenceBundleInput!) { exportEvidence(input: $input) {
      ... on EvidenceBundle { bundle } ... on EvidenceRefusal { code } } }`,
    { input: { case: id, reveal } },
  )
  return exportEvidence.bundle ?? exportEvidence.code
}

async function session(t: TestDocuments): Promise<string> {
  const id = await openCase(t)
  await record(t, id, 'disclosure.shown', { clause: 'exclusions', shownMs: 8000 })
  await record(t, id, 'liveness.result', { alive: true, nonce: livenessNonce(id, DOCUMENT) })
  await record(t, id, 'signature.strokes', { points: 2 }, { strokes: '0,0,0;1,1,5' })
  await record(t, id, 'document.signed', { document: DOCUMENT })
  await close(t, id)
  return id
}

eachEngine((engine) => {
  it('a session is kept, proved to somebody without our database, and erased', async () => {
    const t = await openTest(engine)
    const first = await session(t)
    const second = await session(t)
    const { evidenceTrust, evidenceCase } = await t.ask(
      'checker',
      `query ($id: ID!) { evidenceTrust evidenceCase(id: $id) { closed events { seq kind kindZh committed } } }`,
      { id: first },
    )
    expect(evidenceCase.closed).toBe(true)
    expect(evidenceCase.events.map((e: { kind: string }) => e.kind)).toEqual([
      'session.opened',
      'disclosure.shown',
      'liveness.result',
      'signature.strokes',
      'document.signed',
      'case.closed',
    ])
    expect(evidenceCase.events[0].committed).toEqual(['customer', 'idNumber'])
    for (const id of [first, second]) {
      const bundle = await bundleOf(t, id, ['strokes'])
      expect(await verifyBundle(bundle, evidenceTrust)).toMatchObject({ ok: true, events: 6 })
      expect(bundle.openings).toMatchObject([{ name: 'strokes', value: '0,0,0;1,1,5' }])
      expect(JSON.stringify(bundle)).not.toContain('张三')
    }
    const { evidenceCheckpoint } = await t.ask(
      'maker',
      `{ evidenceCheckpoint { size stamped simulated } }`,
    )
    expect(evidenceCheckpoint).toEqual({ size: 12, stamped: true, simulated: true })

    const { eraseEvidence } = await t.ask(
      'checker',
      `mutation ($id: ID!) { eraseEvidence(input: { case: $id }) { ... on ErasedEvidence { values } } }`,
      { id: first },
    )
    expect(eraseEvidence).toEqual({ values: 3 })
    const bare = await bundleOf(t, first, ['strokes', 'customer'])
    expect(bare.openings).toEqual([])
    expect((await verifyBundle(bare, evidenceTrust)).ok).toBe(true)
    const wrong = []
    for await (const one of t.running.verify()) wrong.push(one)
    expect(wrong).toEqual([])
  }, 60_000)

  it('what does not belong into a case is refused with its place', async () => {
    const t = await openTest(engine)
    const id = await openCase(t)
    const other = await openCase(t)
    expect(await record(t, id, 'liveness.result', { nonce: livenessNonce(other, DOCUMENT) }))
      .toEqual({
        done: { code: 'NONCE_FOREIGN', place: '/body/nonce' },
      })
    expect(await record(t, id, 'document.signed', { document: 'cd'.repeat(32) })).toMatchObject({
      done: { code: 'DOCUMENT_FOREIGN' },
    })
    expect(await record(t, id, 'geo.located', { lat: '31.2' })).toMatchObject({
      done: { code: 'PERSONAL_DATA_IN_EVENT', place: '/body/lat' },
    })
    expect(await record(t, id, 'session.opened', {})).toMatchObject({
      done: { code: 'EVENT_ORDER' },
    })
    expect(await record(t, id, 'nothing', {})).toMatchObject({ done: { code: 'EVENT_UNKNOWN' } })
    expect(await bundleOf(t, id)).toBe('CASE_NOT_CLOSED')
    expect(await close(t, id)).toEqual({ done: { closed: true } })
    expect(await record(t, id, 'clause.confirmed', {})).toMatchObject({
      done: { code: 'CASE_CLOSED' },
    })
    expect(await close(t, id)).toMatchObject({ done: { code: 'CASE_CLOSED' } })
    expect(await record(t, 'evc_none', 'clause.confirmed', {})).toMatchObject({
      done: { code: 'CASE_UNKNOWN' },
    })
    const errors = (source: string, variables = {}) =>
      errorCodes(t.schema, t.context('maker'), source, variables)
    expect(
      await errors(
        `mutation ($b: JSON!) { recordEvidence(input: { case: "x", kind: "y", body: $b }) { __typename } }`,
        { b: [1] },
      ),
    ).toEqual(['BODY_MALFORMED'])
    expect(
      await errors(
        `mutation ($p: JSON!) { recordEvidence(input: { case: "x", kind: "y", body: {}, personal: $p }) { __typename } }`,
        { p: { a: 1 } },
      ),
    ).toEqual(['PERSONAL_MALFORMED'])
    expect(
      await errors(`mutation { exportEvidence(input: { case: "x", reveal: [] }) { __typename } }`),
    ).toEqual(['FORBIDDEN'])
    const { data } = await run(
      t.schema,
      t.running.context(requestOf(actor('another-bank', 'maker', ['maker', 'checker']))),
      `mutation ($id: ID!) { exportEvidence(input: { case: $id, reveal: ["customer"] }) { ... on EvidenceRefusal { code } } }`,
      { id },
    )
    expect(data!.exportEvidence.code).toBe('CASE_UNKNOWN')
  }, 60_000)

  it('a face check is recorded with the provider’s words, bound to the case', async () => {
    const t = await openTest(engine)
    const id = await openCase(t)
    const check = (idNumber: string, of = id) =>
      t.ask(
        'maker',
        `mutation ($input: CheckFaceInput!) { done: checkFace(input: $input) {
          ... on EvidenceCase { closed } ... on EvidenceRefusal { code } } }`,
        { input: { case: of, name: '张三', idNumber, video: 'AAAA' } },
      )
    expect(await check('110101199001011234')).toEqual({ done: { closed: false } })
    expect(await check('110101199001011239')).toEqual({ done: { code: 'FACE_CHECK_UNREACHABLE' } })
    expect(await check('110101199001011234', 'evc_none')).toEqual({
      done: { code: 'CASE_UNKNOWN' },
    })
    await close(t, id)
    expect(await check('110101199001011234')).toEqual({ done: { code: 'CASE_CLOSED' } })
    const bundle = await bundleOf(t, id, ['customer'])
    expect(bundle.events.map((e: { kind: string; body: object }) => [e.kind, e.body]))
      .toMatchObject([
        ['session.opened', {}],
        ['liveness.result', { simulated: true, alive: true, nonce: livenessNonce(id, DOCUMENT) }],
        ['face.match', { vendor: 'simulator', matched: true, score: '97.50' }],
        ['case.closed', {}],
      ])
    expect(bundle.openings.map(({ value }: { value: string }) => value)).toEqual(['张三', '张三'])
    expect((await verifyBundle(bundle, await t.running.evidence.trust(t.tenant))).faults).toEqual(
      [],
    )
  }, 60_000)

  it('many sessions at once lose no event, and each is proved', async () => {
    const t = await openTest(engine)
    const ids = await Promise.all(Array.from({ length: 8 }, () => session(t)))
    const sealed = await Promise.all([
      t.running.evidence.seal(t.tenant),
      t.running.evidence.seal(t.tenant),
    ])
    expect(sealed.map((head) => head?.size)).toEqual([48n, 48n])
    const trust = await t.running.evidence.trust(t.tenant)
    for (const id of ids) {
      expect((await verifyBundle(await bundleOf(t, id), trust)).faults).toEqual([])
    }
  }, 60_000)

  it(
    'an approval that is delivered twice is one case, and one that tells nothing is none',
    async () => {
      const t = await openTest(engine)
      const [consumer] = t.running.consumers
      const steps = [{
        step: '1',
        role: 'checker',
        by: 'c',
        at: '2026-03-01T02:00:00.000Z',
      }]
      const approval = { content: DOCUMENT, type: 'x', version: '1', maker: 'm', steps }
      const deliver = (id: string, payload: object) =>
        consumer!.receive({
          tenant: t.tenant,
          source: 'orders',
          id,
          topic: 'order.approved',
          key: 'OA1',
          occurredAt: '2026-03-01T02:00:00.000Z',
          payload: JSON.stringify(payload),
          fence: 1n,
        })
      await Promise.all([1, 2].map(() => deliver('evt_1', { serial: 'OA1', approval })))
      await deliver('evt_2', { serial: 'OA2' })
      const others = Array.from({ length: 20 }, (_, i) => `OA${i + 10}`)
      await Promise.all(others.map((serial) => deliver(`evt_${serial}`, { serial, approval })))
      await Promise.all(others.map(() => openCase(t)))
      const { evidenceCases } = await t.ask(
        'checker',
        `{ evidenceCases(kind: "approval", first: 100) { edges { node { id subject eventCount } } } }`,
      )
      const cases = evidenceCases.edges.map((edge: { node: unknown }) => edge.node)
      expect(cases.map(({ subject }: { subject: string }) => subject).toSorted())
        .toEqual(['OA1', ...others])
      const trust = await t.running.evidence.trust(t.tenant)
      for (const { id } of cases) {
        expect((await verifyBundle(await bundleOf(t, id), trust)).faults).toEqual([])
      }
      expect((await t.running.evidence.seal(t.tenant))?.size).toBe(21n * 3n + 20n)
    },
    60_000,
  )

  it('a case that could be taken for an order’s proof or a review’s is not opened by a caller', async () => {
    const t = await openTest(engine)
    for (const kind of ['approval', 'review']) {
      const { done } = await t.ask(
        'maker',
        `mutation ($kind: String!) { done: openEvidenceCase(
          input: { kind: $kind, documentHash: "${DOCUMENT}", subject: "OA1" }
        ) { __typename ... on EvidenceRefusal { code place } } }`,
        { kind },
      )
      expect(done).toEqual({
        __typename: 'EvidenceRefusal',
        code: 'CASE_KIND',
        place: '/input/kind',
      })
    }
  })

  it('a case that goes on is verified as it stood when it was read', async () => {
    const t = await openTest(engine)
    const id = await openCase(t)
    await t.running.evidence.seal(t.tenant)
    const [row] = await casesById(
      (t.running.store as unknown as Store<DocumentTables>).read,
      t.tenant,
      [id],
    )
    await record(t, id, 'disclosure.shown', { clause: 'later' })
    const verdict = await t.running.evidence.verify(row!)
    expect(verdict?.faults.map(({ code }) => code)).toEqual(['CASE_NOT_CLOSED'])
  })

  it('a log grows by more than one transaction takes, and every case in it is proved', async () => {
    const t = await openTest(engine)
    const id = await openCase(t)
    const store = t.running.store as unknown as Store<DocumentTables>
    await store.write(async (tx) => {
      for (let i = 0; i < 25; i++) {
        await tx.insertInto('log_pending').values(
          Array.from({ length: 100 }, (_, n) => ({
            tenant_id: t.tenant,
            at_seq: BigInt(100 + i * 100 + n),
            case_id: 'evc_other',
            seq: BigInt(i * 100 + n),
            hash: DOCUMENT,
          })),
        ).execute()
      }
    })
    await record(t, id, 'disclosure.shown', { clause: 'last' })
    await close(t, id)
    const bundle = await bundleOf(t, id)
    const trust = await t.running.evidence.trust(t.tenant)
    expect((await verifyBundle(bundle, trust)).faults).toEqual([])
    expect(bundle.leaves.map(({ index }: { index: number }) => index)).toEqual([0, 2501, 2502])
  }, 60_000)

  it('a database that was written behind our back is found out', async () => {
    const t = await openTest(engine)
    await session(t)
    await t.running.evidence.seal(t.tenant)
    const codes = async () => {
      const found = new Set<string>()
      for await (const { code } of t.running.verify()) found.add(code)
      return [...found]
    }
    expect(await codes()).toEqual([])
    const store = t.running.store as unknown as Store<DocumentTables>
    await store.write((tx) =>
      tx.insertInto('evidence_event').values({
        tenant_id: t.tenant,
        case_id: 'evc_0',
        seq: 0n,
        event: JSON.stringify({
          case: 'evc_0',
          seq: 0,
          kind: 'x',
          at: '',
          prev: '1',
          body: {},
          commitments: {},
        }),
        hash: '0',
      }).execute()
    )
    await store.write((tx) =>
      tx.insertInto('log_leaf').values({ tenant_id: t.tenant, leaf: 9n, case_id: 'evc_9', seq: 0n })
        .execute()
    )
    await store.write((tx) =>
      tx.insertInto('log_checkpoint').values({
        tenant_id: t.tenant,
        size: 99n,
        note: 'x',
        stamp: null,
        at: '',
      }).execute()
    )
    expect(await codes()).toEqual([
      'EVENT_CHANGED',
      'EVENT_UNLINKED',
      'LEAF_WITHOUT_EVENT',
      'CHECKPOINT_WRONG',
    ])
  })
})

describe('a witness at another institution', () => {
  it('cosigns what the log seals, and the bundle is proved by its key', async () => {
    const engine = onEngineOnce()
    const signer = await newSigner('other-bank.example/witness', COSIGNATURE)
    const logs = new Map()
    const options = { signer, logs, memory: witnessMemory(), now: () => Date.now() }
    const handler = witnessHandler(options)
    const t = await openTest(engine, {
      witness: remoteWitness(
        'http://w.example/',
        signer,
        (url, init) => handler(new Request(url as URL, init)),
      ),
    })
    const trust = await t.running.evidence.trust(t.tenant)
    const key = must(await parseKey(trust.log))
    logs.set(key.name, key)
    const id = await session(t)
    const more = await session(t)
    expect((await verifyBundle(await bundleOf(t, id), trust)).faults).toEqual([])
    expect((await verifyBundle(await bundleOf(t, more), trust)).cosignedAt).toHaveLength(1)
    expect(await addCheckpoint(options, 0, [], 'x')).toMatchObject({
      code: 'WITNESS_REQUEST_MALFORMED',
    })
  })

  it('that does not answer leaves the head without its signature, and the verifier says so', async () => {
    const signer = await newSigner('other-bank.example/witness', COSIGNATURE)
    const t = await openTest(onEngineOnce(), {
      witness: remoteWitness('http://w.example/', signer, () => Promise.reject(new Error('down'))),
    })
    const id = await session(t)
    const trust = await t.running.evidence.trust(t.tenant)
    expect((await verifyBundle(await bundleOf(t, id), trust)).faults).toEqual([
      { code: 'WITNESS_MISSING', place: '/checkpoint' },
    ])
  })
})
