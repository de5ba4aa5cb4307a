import { type ExecutionResult, parse, subscribe } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ordersSchema } from '../../subgraphs/orders/graph.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor, partnerApp } from '../support/actors.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'
import { counting, dataOf, errorCodes, readAll } from '../support/graph.ts'
import { newKey, type OrdersDesk, ordersDesks } from '../support/orders.ts'
import { findings, granted } from '../support/rig.ts'

const schema = ordersSchema()

const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) {
    __typename
    ... on SubmittedOrder { repeated order { serial status amount { amount currency } } }
    ... on OrderRefusal { code place }
  }
}`
const DECIDE = `mutation ($input: DecideTaskInput!) {
  decideTask(input: $input) {
    __typename
    ... on BusinessOrder { status approvals { step decidedBy } timeline { kind actor actorKind } }
    ... on OrderRefusal { code place }
  }
}`
const ENTITIES = `query ($r: [_Any!]!) {
  _entities(representations: $r) { ... on BusinessOrder { serial timeline { kind } approvals { id } } }
}`
const representations = (serials: readonly string[]) => ({
  r: serials.map((serial) => ({ __typename: 'BusinessOrder', serial })),
})

eachEngine((engine) => {
  const newDesk = ordersDesks(engine)
  const as = (desk: OrdersDesk, role: 'maker' | 'checker' | 'accountant' | 'partner') =>
    desk.context(desk[role])

  describe('access', () => {
    const operations: [string, string, Record<string, unknown>][] = [
      ['order', 'query { order(serial: "x") { serial } }', {}],
      ['orders', 'query { orders { edges { cursor } } }', {}],
      ['orderTypes', 'query { orderTypes { code } }', {}],
      ['orderCounts', 'query { orderCounts { count } }', {}],
      ['tasks', 'query { tasks { edges { cursor } } }', {}],
      ['importJob', 'query { importJob(id: "x") { id } }', {}],
      ['an entity', ENTITIES, representations(['OA1'])],
      ['submitOrder', SUBMIT, { input: { type: 'x', form: {}, idempotencyKey: 'x' } }],
      ['decideTask', DECIDE, { input: { task: 'x', verdict: 'APPROVE' } }],
    ]

    it.each(operations)('to %s needs somebody signed in, and a scope', async (_, source, vars) => {
      const desk = await newDesk()
      const nobody = desk.context(undefined)
      const powerless = desk.context(actor(desk.tenant, 'none', []))
      expect(await errorCodes(schema, nobody, source, vars)).toEqual(['UNAUTHENTICATED'])
      expect(await errorCodes(schema, powerless, source, vars)).toEqual(['FORBIDDEN'])
    })

    it('to approving is not for makers, nor to entering for checkers', async () => {
      const desk = await newDesk()
      const decide = { input: { task: 'x', verdict: 'APPROVE' } }
      expect(await errorCodes(schema, as(desk, 'maker'), DECIDE, decide)).toEqual(['FORBIDDEN'])
      const submit = { input: { type: 'x', form: {}, idempotencyKey: newKey() } }
      expect(await errorCodes(schema, as(desk, 'checker'), SUBMIT, submit)).toEqual(['FORBIDDEN'])
    })
  })

  describe('mutations', () => {
    it('answer an order, and the same again under the same key', async () => {
      const desk = await newDesk()
      const input = {
        type: 'supplier-payment',
        form: supplierPayment({ amount: '60000', currency: 'CNY' }),
        idempotencyKey: newKey(),
      }
      const { submitOrder: first } = await dataOf(schema, as(desk, 'maker'), SUBMIT, { input })
      expect(first).toMatchObject({
        __typename: 'SubmittedOrder',
        repeated: false,
        order: { status: 'IN_APPROVAL', amount: { amount: '60000.00', currency: 'CNY' } },
      })
      const { submitOrder: again } = await dataOf(schema, as(desk, 'maker'), SUBMIT, { input })
      expect(again).toEqual({ ...first, repeated: true })
    })

    it('answer a refusal as a member of their union, with code and place', async () => {
      const desk = await newDesk()
      const input = {
        type: 'supplier-payment',
        form: supplierPayment({ amount: 12.5 }),
        idempotencyKey: newKey(),
      }
      const { submitOrder } = await dataOf(schema, as(desk, 'maker'), SUBMIT, { input })
      expect(submitOrder)
        .toEqual({ __typename: 'OrderRefusal', code: 'AMOUNT_NOT_TEXT', place: '/amount' })
      const { decideTask } = await dataOf(schema, as(desk, 'checker'), DECIDE, {
        input: { task: 'tsk_none', verdict: 'APPROVE' },
      })
      expect(decideTask)
        .toEqual({ __typename: 'OrderRefusal', code: 'TASK_UNKNOWN', place: '/task' })
    })

    it('read an amount written into the query as the float that it is', async () => {
      const desk = await newDesk()
      const { submitOrder } = await dataOf(
        schema,
        as(desk, 'maker'),
        `mutation { submitOrder(input: {
          type: "expense-claim", idempotencyKey: "${newKey()}",
          form: { amount: 12.50, currency: "CNY" }
        }) { ... on OrderRefusal { code } } }`,
      )
      expect(submitOrder.code).toBe('AMOUNT_NOT_TEXT')
    })

    it('decide a task and show what came of it', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const input = { task: await desk.openTask(serial), verdict: 'APPROVE' }
      const { decideTask } = await dataOf(schema, as(desk, 'checker'), DECIDE, { input })
      expect(decideTask).toEqual({
        __typename: 'BusinessOrder',
        status: 'APPROVED',
        approvals: [{ step: 1, decidedBy: 'checker' }],
        timeline: [
          { kind: 'SUBMITTED', actor: 'maker', actorKind: 'PERSON' },
          { kind: 'APPROVED', actor: 'checker', actorKind: 'PERSON' },
        ],
      })
    })

    it('decide many tasks, each for itself', async () => {
      const desk = await newDesk()
      const serials = [
        await desk.submit('branch-transfer', branchTransfer()),
        await desk.submit('branch-transfer', branchTransfer()),
      ]
      const open = await Promise.all(serials.map((serial) => desk.openTask(serial)))
      const tasks = [open[0], 'tsk_none', open[1], open[0]]
      const { decideTasks } = await dataOf(
        schema,
        as(desk, 'checker'),
        `mutation ($tasks: [ID!]!) {
          decideTasks(input: { tasks: $tasks, verdict: APPROVE }) {
            task order { serial status } refusal { code }
          }
        }`,
        { tasks },
      )
      // Which of two equal tasks comes first is not told.
      const [one, none, two, same] = decideTasks
      expect(none).toEqual({ task: 'tsk_none', order: null, refusal: { code: 'TASK_UNKNOWN' } })
      expect(two.order).toEqual({ serial: serials[1], status: 'APPROVED' })
      expect([one, same].filter((item) => item.order !== null)).toHaveLength(1)
      expect([one, same].find((item) => item.order === null).refusal.code).toBe('TASK_DECIDED')
    })
  })

  describe('lists', () => {
    it('are read page by page without loss or repetition, newest first', async () => {
      const desk = await newDesk()
      const serials: string[] = []
      for (let i = 0; i < 7; i++) serials.push(await desk.submit('expense-claim', expenseClaim()))
      await desk.submit('branch-transfer', branchTransfer())
      for (const first of [1, 3, 7, 100]) {
        const nodes = await readAll<{ serial: string }>(async (after) =>
          (await dataOf(
            schema,
            as(desk, 'maker'),
            `query ($first: Int, $after: String) {
              orders(first: $first, after: $after, type: "expense-claim") {
                edges { node { serial } } pageInfo { hasNextPage endCursor }
              }
            }`,
            { first, after },
          )).orders
        )
        expect(nodes.map((node) => node.serial)).toEqual(serials.toReversed())
      }
    })

    it('hold the open tasks of my roles, oldest first', async () => {
      const desk = await newDesk()
      const serials: string[] = []
      for (let i = 0; i < 5; i++) {
        serials.push(await desk.submit('branch-transfer', branchTransfer({ amount: '2000000' })))
      }
      granted(await desk.decide((await desk.openTask(serials[0]!))!, desk.checker))
      const tasksOf = (by: 'checker' | 'accountant', role?: string) =>
        readAll<{ role: string; order: { serial: string } }>(async (after) =>
          (await dataOf(
            schema,
            as(desk, by),
            `query ($after: String, $role: String) {
              tasks(first: 2, after: $after, role: $role) {
                edges { node { role order { serial } } } pageInfo { hasNextPage endCursor }
              }
            }`,
            { after, role },
          )).tasks
        )
      expect((await tasksOf('checker')).map((task) => task.order.serial)).toEqual(serials.slice(1))
      expect((await tasksOf('accountant')).map((t) => t.order.serial)).toEqual([serials[0]])
      expect(await tasksOf('checker', 'accountant')).toEqual([])
    })

    it('count the orders in each status', async () => {
      const desk = await newDesk()
      await desk.submit('branch-transfer', branchTransfer())
      await desk.submit('expense-claim', expenseClaim())
      await desk.submit('expense-claim', expenseClaim())
      const query = '{ orderCounts { status count } }'
      const { orderCounts } = await dataOf(schema, as(desk, 'checker'), query)
      expect(orderCounts).toEqual([
        { status: 'APPROVED', count: 2 },
        { status: 'IN_APPROVAL', count: 1 },
      ])
    })

    it.each([
      ['first: 0', 'PAGE_TOO_LARGE'],
      ['first: 101', 'PAGE_TOO_LARGE'],
      ['after: "###"', 'CURSOR_MALFORMED'],
    ])('refuse a page of %s', async (args, code) => {
      const desk = await newDesk()
      const query = `{ orders(${args}) { edges { cursor } } }`
      expect(await errorCodes(schema, as(desk, 'maker'), query)).toEqual([code])
    })
  })

  describe('files of an order', () => {
    const ATTACH = `mutation ($input: AttachFileInput!) {
      attachFile(input: $input) {
        __typename
        ... on BusinessOrder { attachments { file name bytes by } timeline { kind } status }
        ... on OrderRefusal { code place }
      }
    }`
    const bytes = async function* () {
      yield new TextEncoder().encode('%PDF-1.7')
    }

    it('are attached once, named in its history, and leave it where it is', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const context = as(desk, 'maker')
      const { hash } = granted(await context.orders.blobs.put(desk.tenant, bytes(), 100))
      const attach = () =>
        dataOf(schema, context, ATTACH, { input: { serial, file: hash, name: '合同.pdf' } })
      const answer = {
        attachFile: {
          __typename: 'BusinessOrder',
          status: 'IN_APPROVAL',
          attachments: [{ file: hash, name: '合同.pdf', bytes: 8, by: 'maker' }],
          timeline: [{ kind: 'SUBMITTED' }, { kind: 'ATTACHED' }],
        },
      }
      expect(await attach()).toEqual(answer)
      expect(await attach()).toEqual(answer)
      granted(await desk.decide((await desk.openTask(serial))!, desk.checker))
      expect(await desk.status(serial)).toBe('APPROVED')
      expect(await findings(desk.running)).toEqual([])
    })

    it('are refused when nothing was uploaded, or the order is not this actor’s', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const { blobs } = as(desk, 'maker').orders
      const { hash } = granted(await blobs.put(desk.tenant, bytes(), 100))
      const refused = async (by: 'maker' | 'partner', input: object) =>
        (await dataOf(schema, as(desk, by), ATTACH, { input })).attachFile
      expect(await refused('maker', { serial, file: '0'.repeat(64), name: 'a' }))
        .toEqual({ __typename: 'OrderRefusal', code: 'FILE_UNKNOWN', place: '/file' })
      expect(await refused('partner', { serial, file: hash, name: 'a' }))
        .toEqual({ __typename: 'OrderRefusal', code: 'ORDER_UNKNOWN', place: '/serial' })
      expect(await refused('maker', { serial, file: hash, name: '../a' }))
        .toEqual({ __typename: 'OrderRefusal', code: 'FILE_NAME_MALFORMED', place: '/name' })
    })
  })

  describe('what goes on', () => {
    const FOLLOW = 'subscription { orderActivity { waiting newest counts { status count } } }'
    const follow = async (desk: OrdersDesk, role: 'checker' | 'partner') =>
      await subscribe({
        schema,
        document: parse(FOLLOW),
        contextValue: as(desk, role),
      }) as AsyncGenerator<ExecutionResult<{ orderActivity: unknown }>>

    it('is told at first and after each change, with what waits for me', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const activity = await follow(desk, 'checker')
      const next = async () => (await activity.next()).value.data?.orderActivity
      expect(await next()).toEqual({
        waiting: 1,
        newest: serial,
        counts: [{ status: 'IN_APPROVAL', count: 1 }],
      })
      const told = next()
      granted(await desk.decide((await desk.openTask(serial))!, desk.checker))
      expect(await told).toEqual({
        waiting: 0,
        newest: serial,
        counts: [{ status: 'APPROVED', count: 1 }],
      })
      await activity.return(undefined)
    })

    it('is told to a partner’s app of its own orders alone', async () => {
      const desk = await newDesk()
      await desk.submit('branch-transfer', branchTransfer())
      const activity = await follow(desk, 'partner')
      expect((await activity.next()).value.data?.orderActivity)
        .toEqual({ waiting: 0, newest: null, counts: [] })
      await activity.return(undefined)
    })
  })

  describe('what may be seen', () => {
    it('by another tenant is nothing: its ids are as unknown as any', async () => {
      const [ours, theirs] = [await newDesk(), await newDesk()]
      const serial = await ours.submit('branch-transfer', branchTransfer())
      const query = 'query ($serial: String!) { order(serial: $serial) { serial } }'
      const see = (desk: OrdersDesk) => dataOf(schema, as(desk, 'checker'), query, { serial })
      expect(await see(ours)).toEqual({ order: { serial } })
      expect(await see(theirs)).toEqual({ order: null })
      const list = '{ orders { edges { cursor } } tasks { edges { cursor } } }'
      expect(await dataOf(schema, as(theirs, 'checker'), list))
        .toEqual({ orders: { edges: [] }, tasks: { edges: [] } })
      const vars = representations([serial])
      const entities = await dataOf(schema, as(theirs, 'checker'), ENTITIES, vars)
      expect(entities).toEqual({ _entities: [null] })
    })

    it('by a partner’s app is what it brought in', async () => {
      const desk = await newDesk()
      const ours = await desk.submit('expense-claim', expenseClaim())
      const theirs = await desk.submit('expense-claim', expenseClaim(), desk.partner)
      const rival = desk.context(partnerApp(desk.tenant, 'rival'))
      const query = `query ($ours: String!, $theirs: String!) {
        ours: order(serial: $ours) { serial } theirs: order(serial: $theirs) { serial }
        orders { edges { node { serial } } }
      }`
      expect(await dataOf(schema, as(desk, 'partner'), query, { ours, theirs })).toEqual({
        ours: null,
        theirs: { serial: theirs },
        orders: { edges: [{ node: { serial: theirs } }] },
      })
      expect(await dataOf(schema, rival, query, { ours, theirs }))
        .toEqual({ ours: null, theirs: null, orders: { edges: [] } })
      const vars = representations([ours, theirs])
      const { _entities } = await dataOf(schema, as(desk, 'partner'), ENTITIES, vars)
      expect(_entities.map((order: { serial: string } | null) => order?.serial ?? null))
        .toEqual([null, theirs])
    })
  })

  describe('references', () => {
    it('cost the same number of statements however many there are', async () => {
      const desk = await newDesk()
      const serials: string[] = []
      for (let i = 0; i < 20; i++) {
        serials.push(await desk.submit('branch-transfer', branchTransfer()))
      }
      const cost = async (some: readonly string[]) => {
        const context = as(desk, 'maker')
        const counted = counting(context.orders.db)
        const orders = { ...context.orders, db: counted.db }
        const { _entities } = await dataOf(
          schema,
          { ...context, orders } as typeof context,
          ENTITIES,
          representations(some),
        )
        expect(_entities.map((order: { serial: string }) => order.serial)).toEqual(some)
        return counted.count
      }
      expect(await cost(serials)).toBe(await cost(serials.slice(0, 1)))
    })
  })
})
