/**
 * Evidence through the front door: what an approval leaves behind, and what the viewer of a case is
 * told.
 */
import { describe, expect, it } from 'vitest'
import { contentHash } from '../../subgraphs/orders/approve.ts'
import { verifyBundle } from '../../subgraphs/documents/evidence/verifier.ts'
import { sha256Hex } from '../../subgraphs/kernel/chain.ts'
import { eachEngine } from '../rig/engines.ts'
import { expenseClaim, supplierPayment } from '../support/forms.ts'
import { approve, decide, openTask, submit } from '../support/journey.ts'
import { type Bank, sharedServer, until } from '../support/server.ts'

const CASES =
  `query ($subject: String, $kind: String, $closed: Boolean, $first: Int, $after: String) {
  evidenceCases(subject: $subject, kind: $kind, closed: $closed, first: $first, after: $after) {
    edges { node { id kind subject closed eventCount openedBy documentHash } }
    pageInfo { hasNextPage endCursor }
  }
}`
const CASE = `query ($id: ID!, $first: Int, $after: String) {
  evidenceTrust
  evidenceCase(id: $id) {
    closed subject documentHash eventCount
    eventPage(first: $first, after: $after) {
      edges { node { seq kind kindZh proves provesZh at hash prev body committed
        personal { name erased } inclusion { leaf size proof } } }
      pageInfo { hasNextPage endCursor }
    }
    verification { proved events faults { code place } cosignedAt stampedAt }
  }
}`
const EXPORT = `mutation ($case: ID!, $reveal: [String!]!) {
  exportEvidence(input: { case: $case, reveal: $reveal }) {
    ... on EvidenceBundle { bundle } ... on EvidenceRefusal { code } } }`

/** The case of an order's approval, once it is there. */
async function caseOfOrder(bank: Bank, serial: string) {
  return await until(`the approval of ${serial} is evidence`, async () => {
    const { order } = await bank.ask(
      'checker',
      `query ($s: String!) { order(serial: $s) {
        serial type typeVersion maker institution form amount { amount currency }
        approvals { step role decidedBy reason }
        evidenceCase { id kind subject closed eventCount documentHash openedBy } } }`,
      { s: serial },
    )
    return order.evidenceCase !== null && order
  })
}

async function caseOf(bank: Bank, id: string, page: object = { first: 100 }) {
  const answer = await bank.ask('checker', CASE, { id, ...page })
  const { eventPage } = answer.evidenceCase
  return {
    ...answer.evidenceCase,
    trust: answer.evidenceTrust,
    events: eventPage.edges.map((edge: { node: unknown }) => edge.node),
    pageInfo: eventPage.pageInfo,
  }
}

eachEngine((engine) => {
  const server = sharedServer(engine)

  describe('an approved order', { timeout: 60_000 }, () => {
    it('is proved by a closed case: who approved what at which step, once', async () => {
      const bank = await server().bank()
      const serial = await submit(bank, 'supplier-payment', supplierPayment({ amount: '88000.00' }))
      await approve(bank, serial)
      const order = await caseOfOrder(bank, serial)
      const steps = order.approvals.filter((step: { decidedBy: string | null }) => step.decidedBy)
      expect(order.evidenceCase).toMatchObject({
        kind: 'approval',
        subject: serial,
        closed: true,
        eventCount: steps.length + 2,
        openedBy: 'maker',
      })
      // Whoever holds the order makes the hash again.
      const { type, typeVersion, maker, institution, form, amount } = order
      expect(order.evidenceCase.documentHash).toBe(contentHash({
        tenant: bank.tenant,
        serial,
        type,
        version: BigInt(typeVersion),
        maker,
        institution,
        minor: BigInt(amount.amount.replace('.', '')),
        currency: amount.currency,
        summary: '',
        form,
      }))
      const { evidenceCase } = order
      const waiting = await caseOf(bank, evidenceCase.id)
      expect(waiting.events.map(({ kind }: { kind: string }) => kind)).toEqual([
        'session.opened',
        ...steps.map(() => 'approval.decided'),
        'case.closed',
      ])
      expect(waiting.events[1].body).toEqual({
        decision: 'APPROVED',
        content: evidenceCase.documentHash,
        step: String(steps[0].step),
        role: steps[0].role,
        by: 'checker',
        decidedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      })

      const { exportEvidence } = await bank.ask('checker', EXPORT, {
        case: evidenceCase.id,
        reveal: [],
      })
      expect(await verifyBundle(exportEvidence.bundle, waiting.trust)).toMatchObject({ ok: true })
      // Nothing of what was approved is in it but its hash.
      expect(JSON.stringify(exportEvidence.bundle)).not.toContain(form.payee.name)
      const sealed = await caseOf(bank, evidenceCase.id)
      expect(sealed.verification).toMatchObject({
        proved: true,
        faults: [],
        events: steps.length + 2,
        cosignedAt: [expect.any(String)],
        stampedAt: expect.any(String),
      })
      const { evidenceCases } = await bank.ask('checker', CASES, { subject: serial })
      expect(evidenceCases.edges).toHaveLength(1)
      expect(await server().findings()).toEqual([])
    })

    it('by the rule of its type names the rule; one that was rejected proves nothing', async () => {
      const bank = await server().bank()
      const byRule = await submit(bank, 'expense-claim', expenseClaim({ amount: '100.00' }))
      const order = await caseOfOrder(bank, byRule)
      const { events } = await caseOf(bank, order.evidenceCase.id)
      expect(events[1]).toMatchObject({
        kind: 'approval.decided',
        body: { decision: 'APPROVED', rule: 'expense-claim', version: String(order.typeVersion) },
      })
      const rejected = await submit(bank, 'expense-claim', expenseClaim({ amount: '1000.01' }))
      await decide(bank, 'checker', await openTask(bank, rejected), 'REJECT', 'no receipt')
      const { order: none } = await bank.ask(
        'checker',
        `query ($s: String!) { order(serial: $s) { status evidenceCase { id } } }`,
        { s: rejected },
      )
      expect(none).toEqual({ status: 'REJECTED', evidenceCase: null })
    })
  })

  describe('the viewer of evidence', { timeout: 60_000 }, () => {
    it('lists cases by page and subject, and tells of a case what is proved, erased and missing', async () => {
      const bank = await server().bank()
      const open = async (subject: string) => {
        const { openEvidenceCase } = await bank.ask(
          'maker',
          `mutation ($input: OpenEvidenceCaseInput!) { openEvidenceCase(input: $input) {
            ... on EvidenceCase { id } ... on EvidenceRefusal { code place } } }`,
          {
            input: {
              kind: 'policy',
              subject,
              documentHash: 'ab'.repeat(32),
              personal: { customer: '张三' },
            },
          },
        )
        return openEvidenceCase
      }
      expect(await open(' ')).toEqual({ code: 'CASE_SUBJECT', place: '/input/subject' })
      const one = (await open('PA-001')).id
      const two = (await open('PA-002')).id
      const three = (await open('PA-001')).id
      const list = async (variables: object) => {
        const { evidenceCases } = await bank.ask('maker', CASES, variables)
        return {
          ids: evidenceCases.edges.map((edge: { node: { id: string } }) => edge.node.id),
          ...evidenceCases.pageInfo,
        }
      }
      expect((await list({ subject: 'PA-001' })).ids).toEqual([three, one])
      const first = await list({ first: 2 })
      expect(first).toMatchObject({ ids: [three, two], hasNextPage: true })
      expect(await list({ first: 2, after: first.endCursor })).toMatchObject({
        ids: [one],
        hasNextPage: false,
      })
      const record = (kind: string, body: object, personal?: object) =>
        bank.ask(
          'maker',
          `mutation ($input: RecordEvidenceInput!) { recordEvidence(input: $input) {
            ... on EvidenceCase { id } ... on EvidenceRefusal { code place } } }`,
          { input: { case: one, kind, body, personal } },
        )
      await record('disclosure.shown', { clause: 'exclusions', shownMs: 8000 })
      await record('signature.strokes', { points: 2 }, { strokes: '0,0,0;1,1,5' })
      // Not in the log yet: nothing is claimed.
      const waiting = await caseOf(bank, one)
      expect(waiting.verification).toBeNull()
      expect(waiting.events.map((e: { inclusion: unknown }) => e.inclusion)).toEqual([
        null,
        null,
        null,
      ])
      await bank.ask(
        'maker',
        `mutation ($id: ID!) { closeEvidenceCase(input: { case: $id }) { __typename } }`,
        { id: two },
      )
      await bank.ask('checker', EXPORT, { case: two, reveal: [] })
      const open1 = await caseOf(bank, one)
      expect(open1).toMatchObject({ closed: false, eventCount: 3 })
      expect(open1.verification).toMatchObject({
        proved: false,
        faults: [{ code: 'CASE_NOT_CLOSED', place: '/events/2/kind' }],
      })
      const [opened, shown, signed] = open1.events
      expect(opened).toMatchObject({
        prev: '0'.repeat(64),
        personal: [{ name: 'customer', erased: false }],
        inclusion: { leaf: 0, size: 6 },
      })
      expect(shown).toMatchObject({
        prev: opened.hash,
        proves: expect.stringContaining('not that it was read'),
        provesZh: expect.stringContaining('不证明已阅读'),
        personal: [],
      })
      expect(signed.inclusion.proof.every((hash: string) => /^[0-9a-f]{64}$/.test(hash))).toBe(true)
      await bank.ask(
        'checker',
        `mutation ($id: ID!) { eraseEvidence(input: { case: $id }) { __typename } }`,
        { id: one },
      )
      const page = await caseOf(bank, one, { first: 2 })
      expect(page.events[0].personal).toEqual([{ name: 'customer', erased: true }])
      const next = await caseOf(bank, one, { first: 2, after: page.pageInfo.endCursor })
      expect(next.events.map(({ seq }: { seq: number }) => seq)).toEqual([2])
      expect(page.verification.faults).toEqual(open1.verification.faults)

      const { evidenceCheckpoints, evidenceVerifier } = await bank.ask(
        'checker',
        `{ evidenceVerifier { name html sha256 } evidenceCheckpoints(first: 1) {
          edges { node { size origin root note stamp stamped witnessed simulated
            signatures { name keyId cosignature } } } pageInfo { hasNextPage } } }`,
      )
      const [{ node: head }] = evidenceCheckpoints.edges
      expect(head).toMatchObject({
        size: 6,
        origin: `${bank.tenant}/evidence`,
        stamped: true,
        witnessed: true,
        simulated: true,
      })
      expect(head.note.startsWith(`${head.origin}\n6\n${head.root}\n`)).toBe(true)
      expect(head.signatures.map((s: { cosignature: boolean }) => s.cosignature)).toEqual([
        false,
        true,
      ])
      expect(evidenceVerifier).toMatchObject({
        name: 'evidence-verifier.html',
        sha256: sha256Hex(evidenceVerifier.html),
      })

      const other = await server().bank()
      const foreign = await other.ask('checker', CASES, { subject: 'PA-001' })
      expect(foreign.evidenceCases.edges).toEqual([])
      expect((await other.ask('checker', CASE, { id: one })).evidenceCase).toBeNull()
      expect(server().reported).toEqual([])
    })
  })
})
