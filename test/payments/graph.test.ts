import { describe, expect, it } from 'vitest'
import type { RunningPayments } from '../../subgraphs/payments/mod.ts'
import { payments } from '../../subgraphs/payments/mod.ts'
import { type PaymentsContext, paymentsSchema } from '../../subgraphs/payments/graph.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor, partnerApp, requestOf } from '../support/actors.ts'
import { deliver, delivery } from '../support/events.ts'
import { counting, dataOf, errorCodes, readAll } from '../support/graph.ts'
import { newSerial } from '../support/ledger.ts'
import { findings, type Rig, sharedRig } from '../support/rig.ts'

const schema = paymentsSchema()
const QUERY = `mutation ($id: ID!) { queryPayment(input: { instruction: $id }) {
  __typename ... on PaymentInstruction { state } ... on PaymentRefusal { code place }
} }`
const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on PaymentInstruction { id attempts { kind } order { serial } }
  ... on BusinessOrder { payments { id round state } }
} }`

/** Tells payments of an order to be paid; answers its serial and the instruction's id. */
async function payable(rig: Rig<RunningPayments>, tenant: string, maker = 'maker') {
  const serial = newSerial()
  const payload = {
    serial,
    round: '1',
    maker,
    institution: '1001',
    direction: 'PAY',
    amount: '100.00',
    currency: 'CNY',
    payee: { name: 'x', account: '1' },
    purpose: 'p',
    accounting: {},
  }
  const event = delivery({ tenant, source: 'orders', topic: 'order.payable', key: serial }, payload)
  await Promise.all([deliver(rig.running, event), deliver(rig.running, event)])
  const { id } = await rows(rig).where('serial', '=', serial).executeTakeFirstOrThrow()
  return { serial, id }
}

const rows = (rig: Rig<RunningPayments>) =>
  (rig.running.context(requestOf(undefined)) as PaymentsContext).payments.db
    .selectFrom('instruction').selectAll()

eachEngine((engine) => {
  const shared = sharedRig(engine, payments)
  const newDesk = async () => {
    const rig = shared()
    const tenant = await rig.tenant()
    const context = (by: Parameters<typeof requestOf>[0]) =>
      rig.running.context(requestOf(by)) as PaymentsContext
    const accountant = context(actor(tenant, 'accountant'))
    return { rig, tenant, context, accountant }
  }

  describe('access', () => {
    it.each<[string, string, Record<string, unknown>]>([
      ['paymentInstruction', '{ paymentInstruction(id: "x") { id } }', {}],
      ['paymentInstructions', '{ paymentInstructions { edges { cursor } } }', {}],
      ['an entity', ENTITIES, { r: [{ __typename: 'PaymentInstruction', id: 'x' }] }],
      ['queryPayment', QUERY, { id: 'x' }],
    ])('to %s needs somebody signed in, and a scope', async (_, source, vars) => {
      const { context, tenant } = await newDesk()
      expect(await errorCodes(schema, context(undefined), source, vars))
        .toEqual(['UNAUTHENTICATED'])
      expect(await errorCodes(schema, context(actor(tenant, 'x', [])), source, vars))
        .toEqual(['FORBIDDEN'])
    })
  })

  describe('instructions', () => {
    it('are listed without loss or repetition, newest first', async () => {
      const { rig, tenant, accountant } = await newDesk()
      const ids: string[] = []
      for (let i = 0; i < 5; i++) ids.push((await payable(rig, tenant)).id)
      const nodes = await readAll<{ id: string }>(async (after) =>
        (await dataOf(
          schema,
          accountant,
          `query ($after: String) { paymentInstructions(first: 2, after: $after, state: CREATED) {
            edges { node { id } } pageInfo { hasNextPage endCursor }
          } }`,
          { after },
        )).paymentInstructions
      )
      expect(nodes.map((node) => node.id)).toEqual(ids.toReversed())
    })

    it('of another tenant are as unknown as any', async () => {
      const [ours, theirs] = [await newDesk(), await newDesk()]
      const { id, serial } = await payable(ours.rig, ours.tenant)
      const source = `query ($id: ID!) {
        paymentInstruction(id: $id) { id } paymentInstructions { edges { cursor } }
      }`
      expect(await dataOf(schema, theirs.accountant, source, { id }))
        .toEqual({ paymentInstruction: null, paymentInstructions: { edges: [] } })
      const r = [{ __typename: 'PaymentInstruction', id }, { __typename: 'BusinessOrder', serial }]
      expect(await dataOf(schema, theirs.accountant, ENTITIES, { r }))
        .toEqual({ _entities: [null, { payments: [] }] })
      const asked = await dataOf(schema, theirs.accountant, QUERY, { id })
      expect(asked).toEqual(await dataOf(schema, theirs.accountant, QUERY, { id: 'pay_none' }))
      expect(asked.queryPayment)
        .toEqual({
          __typename: 'PaymentRefusal',
          code: 'INSTRUCTION_UNKNOWN',
          place: '/instruction',
        })
    })

    it('are seen by a partner’s app where it brought in the order', async () => {
      const { rig, tenant, context } = await newDesk()
      const ours = await payable(rig, tenant)
      const theirs = await payable(rig, tenant, 'partner')
      const app = context(partnerApp(tenant))
      const source = `query ($ours: ID!, $theirs: ID!) {
        ours: paymentInstruction(id: $ours) { id } theirs: paymentInstruction(id: $theirs) { id }
        paymentInstructions { edges { node { id } } }
      }`
      expect(await dataOf(schema, app, source, { ours: ours.id, theirs: theirs.id })).toEqual({
        ours: null,
        theirs: { id: theirs.id },
        paymentInstructions: { edges: [{ node: { id: theirs.id } }] },
      })
      const r = [ours, theirs].map(({ serial }) => ({ __typename: 'BusinessOrder', serial }))
      const { _entities } = await dataOf(schema, app, ENTITIES, { r })
      expect(_entities.map((order: { payments: unknown[] }) => order.payments.length))
        .toEqual([0, 1])
    })

    it('that were not sent yet have nothing to be asked about', async () => {
      const { rig, tenant, accountant } = await newDesk()
      const { id } = await payable(rig, tenant)
      expect((await dataOf(schema, accountant, QUERY, { id })).queryPayment)
        .toEqual({ __typename: 'PaymentRefusal', code: 'NOTHING_TO_ASK', place: '/instruction' })
    })

    it('cost the same number of statements however many references there are', async () => {
      const { rig, tenant, accountant } = await newDesk()
      const r: object[] = []
      for (let i = 0; i < 8; i++) {
        const { id, serial } = await payable(rig, tenant)
        r.push({ __typename: 'PaymentInstruction', id }, { __typename: 'BusinessOrder', serial })
      }
      const cost = async (some: readonly object[]) => {
        const context = rig.running.context(requestOf(accountant.actor)) as PaymentsContext
        const counted = counting(context.payments.db)
        const { _entities } = await dataOf(
          schema,
          { ...context, payments: { ...context.payments, db: counted.db } } as typeof context,
          ENTITIES,
          { r: some },
        )
        expect(_entities).not.toContain(null)
        return counted.count
      }
      expect(await cost(r)).toBe(await cost(r.slice(0, 2)))
      expect(await findings(rig.running)).toEqual([])
    })
  })
})
