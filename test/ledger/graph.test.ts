import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor, partnerApp } from '../support/actors.ts'
import { counting, dataOf, errorCodes, readAll } from '../support/graph.ts'
import { type LedgerDesk, ledgerDesks } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { granted } from '../support/rig.ts'

const schema = ledgerSchema()
const POST = `mutation ($input: PostVoucherInput!) {
  postVoucher(input: $input) {
    __typename
    ... on Voucher { id number entries { side amount { amount currency } subject { code } } }
    ... on LedgerRefusal { code place }
  }
}`
const RETRY = `mutation ($event: ID!) {
  retryAccountingEvent(input: { event: $event }) {
    __typename
    ... on Voucher { id postedBy event { id outcome } order { serial } }
    ... on LedgerRefusal { code }
  }
}`
const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on Voucher {
    id reversedBy event { id } rule { version } reverses { id }
    entries { subject { nameEn } voucher { number } }
  }
  ... on BusinessOrder {
    vouchers { id entries { line } } accountingEvents { outcome code } suspense { reference state }
  }
} }`
const leg = (side: string, subject: string) => ({
  institution: '1001',
  subject,
  side,
  amount: { amount: '5.00', currency: 'CNY' },
})

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)
  const as = (desk: LedgerDesk) => desk.context(desk.accountant)

  describe('access', () => {
    const orders = { r: [{ __typename: 'BusinessOrder', serial: 'OA1' }] }
    it.each<[string, string, Record<string, unknown>]>([
      ['voucher', '{ voucher(id: "x") { id } }', {}],
      ['vouchers', '{ vouchers { edges { cursor } } }', {}],
      ['accounts', '{ accounts { id } }', {}],
      ['chartOfAccounts', '{ chartOfAccounts { code } }', {}],
      ['trialBalance', '{ trialBalance(from: "2026-01-01", to: "2026-12-31") { balanced } }', {}],
      ['suspenseItems', '{ suspenseItems { edges { cursor } } }', {}],
      ['postingRules', '{ postingRules { event } }', {}],
      ['a voucher by reference', ENTITIES, { r: [{ __typename: 'Voucher', id: 'x' }] }],
      ['postVoucher', POST, { input: { idempotencyKey: newKey(), summary: '', legs: [] } }],
      ['retryAccountingEvent', RETRY, { event: 'x' }],
    ])('to %s needs somebody signed in, and a scope', async (_, source, vars) => {
      const desk = await newDesk()
      const powerless = desk.context(partnerApp(desk.tenant))
      expect(await errorCodes(schema, desk.context(undefined), source, vars))
        .toEqual(['UNAUTHENTICATED'])
      expect(await errorCodes(schema, powerless, source, vars)).toEqual(['FORBIDDEN'])
    })

    it('to the books of an order is not for a partner’s app, who still sees the order', async () => {
      const desk = await newDesk()
      const partner = desk.context(partnerApp(desk.tenant))
      expect(await errorCodes(schema, partner, ENTITIES, orders))
        .toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
    })

    it('to deciding about rules is not for whoever only writes them', async () => {
      const desk = await newDesk()
      const decide = `mutation { decidePostingRule(input: {
        event: "x", version: 1, verdict: APPROVED, reason: ""
      }) { __typename } }`
      expect(await errorCodes(schema, as(desk), decide)).toEqual(['FORBIDDEN'])
    })
  })

  describe('mutations', () => {
    it('answer a voucher or a refusal, as members of one union', async () => {
      const desk = await newDesk()
      const input = {
        idempotencyKey: newKey(),
        summary: 's',
        legs: [leg('DEBIT', '1001'), leg('CREDIT', '4001')],
      }
      const { postVoucher } = await dataOf(schema, as(desk), POST, { input })
      const amount = { amount: '5.00', currency: 'CNY' }
      expect(postVoucher).toMatchObject({
        __typename: 'Voucher',
        number: '2026-11-000001',
        entries: [
          { side: 'DEBIT', amount, subject: { code: '1001' } },
          { side: 'CREDIT', amount, subject: { code: '4001' } },
        ],
      })
      const wrong = { ...input, idempotencyKey: newKey(), legs: [leg('DEBIT', '1001')] }
      expect(await dataOf(schema, as(desk), POST, { input: wrong }))
        .toEqual({
          postVoucher: { __typename: 'LedgerRefusal', code: 'LEGS_MISSING', place: '/legs' },
        })
    })

    it('post a refused event again', async () => {
      const desk = await newDesk()
      granted(await desk.commands().closePeriod('2026-11'))
      const { serial } = await desk.approve()
      const [event] = await desk.events(serial)
      const retry = async (id: string) =>
        (await dataOf(schema, as(desk), RETRY, { event: id })).retryAccountingEvent
      expect(await retry(event!.id)).toEqual({ __typename: 'LedgerRefusal', code: 'PERIOD_CLOSED' })
      granted(await desk.commands().reopenPeriod('2026-11'))
      expect(await retry(event!.id)).toMatchObject({
        __typename: 'Voucher',
        postedBy: 'accountant',
        event: { outcome: 'POSTED' },
        order: { serial },
      })
      expect(await retry('evt_none')).toEqual({
        __typename: 'LedgerRefusal',
        code: 'EVENT_UNKNOWN',
      })
    })

    it('propose a rule that somebody else approves', async () => {
      const desk = await newDesk()
      const legs = [
        { side: 'DEBIT', subject: '1001', component: 'amount' },
        { side: 'CREDIT', subject: '1002', component: 'amount' },
      ]
      const propose = `mutation ($body: JSON!) { proposePostingRule(input: {
        event: "cash.moved", version: 1, effectiveFrom: "2026-11-23", body: $body
      }) { ... on PostingRule { state draftedBy body } ... on LedgerRefusal { code } } }`
      const proposed = await dataOf(schema, as(desk), propose, { body: { legs } })
      expect(proposed.proposePostingRule)
        .toEqual({ state: 'SUBMITTED', draftedBy: 'accountant', body: { legs } })
      const decide = `mutation { decidePostingRule(input: {
        event: "cash.moved", version: 1, verdict: APPROVED, reason: ""
      }) { ... on PostingRule { state decidedBy } ... on LedgerRefusal { code } } }`
      const self = actor(desk.tenant, 'accountant', ['accountant', 'checker'])
      expect(await dataOf(schema, desk.context(self), decide))
        .toEqual({ decidePostingRule: { code: 'SELF_APPROVAL' } })
      expect(await dataOf(schema, desk.context(desk.checker), decide))
        .toEqual({ decidePostingRule: { state: 'APPROVED', decidedBy: 'checker' } })
    })
  })

  describe('lists', () => {
    const page = (desk: LedgerDesk, source: string, pick: (data: never) => unknown) =>
      readAll<{ id: string; line?: number; bookingOn?: string }>(async (after) =>
        pick(await dataOf(schema, as(desk), source, { after }) as never)
      )

    it('of vouchers are read without loss or repetition, newest first', async () => {
      const desk = await newDesk()
      const serials: string[] = []
      for (let i = 0; i < 5; i++) serials.push((await desk.approve()).serial)
      const ids = await Promise.all(serials.map(async (s) => (await desk.voucherOf(s)).id))
      const source = `query ($after: String) { vouchers(first: 2, after: $after) {
        edges { node { id } } pageInfo { hasNextPage endCursor }
      } }`
      const nodes = await page(desk, source, (data: { vouchers: unknown }) => data.vouchers)
      expect(nodes.map((node) => node.id)).toEqual(ids.toReversed())
    })

    it('of an account’s entries are read without loss or repetition, newest first', async () => {
      const desk = await newDesk()
      for (let i = 0; i < 3; i++) {
        await desk.post(
          ['1001', '1001', 'DEBIT', '1'],
          ['1001', '1001', 'DEBIT', '2'],
          ['1001', '1001', 'DEBIT', '3'],
          ['1001', '4001', 'CREDIT', '6'],
        )
      }
      const source = `query ($after: String) { accounts(subject: "1001") {
        entries(first: 2, after: $after) {
          edges { node { line voucher { id } } } pageInfo { hasNextPage endCursor }
        }
      } }`
      const nodes = await readAll<{ line: number; voucher: { id: string } }>(async (after) =>
        (await dataOf(schema, as(desk), source, { after })).accounts[0].entries
      )
      expect(nodes.map((node) => node.line)).toEqual([3, 2, 1, 3, 2, 1, 3, 2, 1])
      const vouchers = [...new Set(nodes.map((node) => node.voucher.id))]
      expect(vouchers).toEqual(vouchers.toSorted().toReversed())
      expect(vouchers).toHaveLength(3)
    })

    it.each(['abc', 'a/b', 'a/1/2', '/1'])('of entries refuse the cursor %j', async (key) => {
      const desk = await newDesk()
      await desk.post(['1001', '1001', 'DEBIT', '1'], ['1001', '4001', 'CREDIT', '1'])
      const after = Buffer.from(key).toString('base64url')
      const source = `{ accounts { entries(after: "${after}") { edges { cursor } } } }`
      expect(new Set(await errorCodes(schema, as(desk), source)))
        .toEqual(new Set(['CURSOR_MALFORMED']))
    })

    it('of items in suspense are read by state, oldest first', async () => {
      const desk = await newDesk()
      for (const reference of ['a', 'b', 'c']) await desk.approve({ dimensions: {}, reference })
      const [first] = await desk.suspense()
      const input = { idempotencyKey: newKey(), item: first!.id, subject: '660299', reason: 'r' }
      granted(await desk.commands().clearSuspense(input))
      const list = async (state: string) =>
        (await readAll<{ reference: string }>(async (after) =>
          (await dataOf(
            schema,
            as(desk),
            `query ($after: String) { suspenseItems(first: 1, after: $after, state: ${state}) {
              edges { node { reference amount { amount } } } pageInfo { hasNextPage endCursor }
            } }`,
            { after },
          )).suspenseItems
        )).map((item) => item.reference)
      expect(await list('OPEN')).toEqual(['b', 'c'])
      expect(await list('CLEARED')).toEqual(['a'])
    })

    it('of another tenant are empty, and its ids unknown', async () => {
      const [desk, other] = [await newDesk(), await newDesk()]
      const { serial } = await desk.approve({ dimensions: {} })
      const { id } = await desk.voucherOf(serial)
      const source = `query ($id: ID!) {
        voucher(id: $id) { id } vouchers { edges { cursor } }
        accounts { id } suspenseItems { edges { cursor } }
        trialBalance(from: "2026-01-01", to: "2026-12-31") { rows { debit { amount } } }
      }`
      expect(await dataOf(schema, as(other), source, { id })).toEqual({
        voucher: null,
        vouchers: { edges: [] },
        accounts: [],
        suspenseItems: { edges: [] },
        trialBalance: { rows: [] },
      })
      const r = [{ __typename: 'Voucher', id }, { __typename: 'BusinessOrder', serial }]
      expect(await dataOf(schema, as(other), ENTITIES, { r })).toEqual({
        _entities: [null, { vouchers: [], accountingEvents: [], suspense: [] }],
      })
    })
  })

  describe('the trial balance', () => {
    it('shows what moved between two days, and that it balances', async () => {
      const desk = await newDesk()
      await desk.approve()
      const source = `{ trialBalance(from: "2026-11-23", to: "2026-11-23") {
        balanced
        rows { subject { code } opening { amount } debit { amount } credit { amount } closing { amount } }
      } }`
      const row = (code: string, debit: string, credit: string, closing: string) => ({
        subject: { code },
        opening: { amount: '0.00' },
        debit: { amount: debit },
        credit: { amount: credit },
        closing: { amount: closing },
      })
      expect(await dataOf(schema, as(desk), source)).toEqual({
        trialBalance: {
          balanced: true,
          rows: [
            row('224101', '0.00', '100.00', '-100.00'),
            row('660208', '100.00', '0.00', '100.00'),
          ],
        },
      })
    })
  })

  describe('references', () => {
    it('cost the same number of statements however many there are', async () => {
      const desk = await newDesk()
      const r: object[] = []
      for (let i = 0; i < 12; i++) {
        const { serial } = await desk.approve({ dimensions: {} })
        const { id } = await desk.voucherOf(serial)
        r.push({ __typename: 'Voucher', id }, { __typename: 'BusinessOrder', serial })
      }
      const cost = async (some: readonly object[]) => {
        const context = as(desk)
        const counted = counting(context.ledger.db)
        const { _entities } = await dataOf(
          schema,
          { ...context, ledger: { ...context.ledger, db: counted.db } } as typeof context,
          ENTITIES,
          { r: some },
        )
        expect(_entities).toHaveLength(some.length)
        expect(_entities).not.toContain(null)
        return counted.count
      }
      expect(await cost(r)).toBe(await cost(r.slice(0, 2)))
    })
  })
})
