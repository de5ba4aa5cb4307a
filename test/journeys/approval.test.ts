import { describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'
import {
  approve,
  decide,
  journeyKey,
  kindsOf,
  lineage,
  openTask,
  submit,
  trialBalance,
  trySubmit,
  untilBooked,
} from '../support/journey.ts'
import { type Bank, sharedServer, type Who } from '../support/server.ts'

const WITHDRAW = `mutation ($input: WithdrawOrderInput!) {
  withdrawOrder(input: $input) {
    ... on BusinessOrder { status approvals { state } }
    ... on OrderRefusal { code place }
  }
}`
const TASKS = `query ($role: String) {
  tasks(first: 100, role: $role) { edges { node { id role order { serial } } } }
}`

async function withdraw(bank: Bank, who: Who, serial: string) {
  return (await bank.ask(who, WITHDRAW, { input: { serial, reason: 'mistyped' } })).withdrawOrder
}

async function queueOf(bank: Bank, who: Who): Promise<string[]> {
  const { tasks } = await bank.ask(who, TASKS)
  return tasks.edges.map((edge: { node: { order: { serial: string } } }) => edge.node.order.serial)
}

const REFUSED_BOOKS = { vouchers: [], accountingEvents: [], payments: [], suspense: [] }

eachEngine((engine) => {
  const server = sharedServer(engine)

  it('a rejected order keeps its reason and touches neither books nor bank', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'expense-claim', expenseClaim({ amount: '1000.01' }))
    const task = await openTask(bank, serial)
    expect(await decide(bank, 'checker', task, 'REJECT', ' ')).toEqual({
      code: 'REASON_MISSING',
      place: '/reason',
    })
    expect(await decide(bank, 'checker', task, 'REJECT', 'no receipt')).toMatchObject({
      status: 'REJECTED',
    })
    expect(await decide(bank, 'checker', task)).toMatchObject({ code: 'TASK_DECIDED' })
    expect(await server().findings()).toEqual([])
    const order = await lineage(bank, serial)
    expect(order).toMatchObject({
      status: 'REJECTED',
      approvals: [{ verdict: 'REJECT', reason: 'no receipt', decidedBy: 'checker' }],
      ...REFUSED_BOOKS,
    })
    expect(kindsOf(order)).toEqual(['SUBMITTED', 'REJECTED'])
  })

  it('a withdrawn order leaves the queue, and only its maker withdraws it', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'branch-transfer', branchTransfer())
    const task = await openTask(bank, serial)
    expect(await queueOf(bank, 'checker')).toEqual([serial])
    const other = { subject: 'other-maker', roles: ['maker'] }
    expect(await withdraw(bank, other, serial)).toMatchObject({ code: 'NOT_MAKER' })
    expect(await withdraw(bank, 'maker', serial)).toEqual({
      status: 'WITHDRAWN',
      approvals: [{ state: 'CANCELLED' }],
    })
    expect(await withdraw(bank, 'maker', serial)).toMatchObject({ code: 'NOT_IN_APPROVAL' })
    expect(await decide(bank, 'checker', task)).toMatchObject({ code: 'TASK_DECIDED' })
    expect(await queueOf(bank, 'checker')).toEqual([])
    expect(await server().findings()).toEqual([])
    expect(await lineage(bank, serial)).toMatchObject({ status: 'WITHDRAWN', ...REFUSED_BOOKS })
  })

  it('approving twice books and pays once', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'expense-claim', expenseClaim({ amount: '2000' }))
    const task = await openTask(bank, serial)
    expect(await decide(bank, 'checker', task)).toMatchObject({ serial })
    expect(await decide(bank, 'checker', task)).toEqual({ code: 'TASK_DECIDED', place: '/task' })
    const order = await untilBooked(bank, serial, 2)
    expect(await withdraw(bank, 'maker', serial)).toMatchObject({ code: 'NOT_IN_APPROVAL' })
    expect(await server().findings()).toEqual([])
    expect(order).toMatchObject({ vouchers: [{}, {}], payments: [{ state: 'SETTLED' }] })
  })

  it('nobody approves an order of their own, whatever roles they have', async () => {
    const bank = await server().bank()
    const both = { subject: 'both', roles: ['maker', 'checker', 'accountant'] }
    const serial = await submit(bank, 'expense-claim', expenseClaim({ amount: '60000' }), both)
    const task = await openTask(bank, serial)
    expect(await decide(bank, both, task)).toEqual({ code: 'SELF_APPROVAL', place: '/task' })
    expect(await decide(bank, both, task, 'REJECT', 'mine')).toMatchObject({
      code: 'SELF_APPROVAL',
    })
    expect(await lineage(bank, serial)).toMatchObject({ status: 'IN_APPROVAL', ...REFUSED_BOOKS })
  })

  it('a task is for its role, and the next step for somebody else', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'expense-claim', expenseClaim({ amount: '50000.01' }))
    const first = await openTask(bank, serial)
    const pluralist = { subject: 'pluralist', roles: ['checker', 'accountant'] }
    expect(await decide(bank, 'accountant', first)).toMatchObject({ code: 'ROLE_MISSING' })
    expect(await decide(bank, pluralist, first)).toMatchObject({ status: 'IN_APPROVAL' })
    const second = await openTask(bank, serial)
    expect(second).not.toBe(first)
    expect(await decide(bank, pluralist, second)).toMatchObject({ code: 'SAME_APPROVER' })
    expect(await decide(bank, 'checker', second)).toMatchObject({ code: 'ROLE_MISSING' })
    await approve(bank, serial, 'accountant')
    await untilBooked(bank, serial, 2)
  })

  describe('of people who decide the same task at once', () => {
    it('exactly one wins, and the order is booked and paid once', async () => {
      const bank = await server().bank()
      const serial = await submit(bank, 'supplier-payment', supplierPayment({ amount: '50000.01' }))
      const task = await openTask(bank, serial)
      const checkers = Array.from({ length: 8 }, (_, i) => ({
        subject: `checker-${i}`,
        roles: ['checker'],
      }))
      const answers = await Promise.all(checkers.map((who) => decide(bank, who, task)))
      const won = answers.filter((answer) => answer.serial === serial)
      const lost = answers.filter((answer) => answer.code === 'TASK_DECIDED')
      expect([won.length, lost.length]).toEqual([1, 7])
      const order = await untilBooked(bank, serial, 2)
      expect(order.payments).toHaveLength(1)
      expect(await server().statement(order.payments[0].id)).toHaveLength(1)
      expect(await server().findings()).toEqual([])
    })

    it('the one who rejects or the one who approves is obeyed, never both', async () => {
      const bank = await server().bank()
      const serials = await Promise.all(
        Array.from({ length: 6 }, () => submit(bank, 'branch-transfer', branchTransfer())),
      )
      for (const serial of serials) {
        const task = await openTask(bank, serial)
        const [approval, rejection, withdrawal] = await Promise.all([
          decide(bank, { subject: 'a', roles: ['checker'] }, task),
          decide(bank, { subject: 'b', roles: ['checker'] }, task, 'REJECT', 'no'),
          withdraw(bank, 'maker', serial),
        ])
        const outcomes = [approval, rejection, withdrawal].filter((answer) => !answer.code)
        expect(outcomes).toHaveLength(1)
      }
      expect(await server().findings()).toEqual([])
      for (const serial of serials) {
        const order = await lineage(bank, serial)
        expect(order.vouchers).toHaveLength(order.status === 'COMPLETED' ? 1 : 0)
        expect(['COMPLETED', 'REJECTED', 'WITHDRAWN']).toContain(order.status)
      }
      expect((await trialBalance(bank)).balanced).toBe(true)
    })
  })

  describe('the same idempotency key', () => {
    it('with the same request is the same order, also at once', async () => {
      const bank = await server().bank()
      const key = journeyKey()
      const form = supplierPayment()
      const entered = await Promise.all(
        Array.from({ length: 6 }, () => trySubmit(bank, 'supplier-payment', form, { key })),
      )
      expect(new Set(entered.map(({ order }) => order.serial)).size).toBe(1)
      expect(entered.filter(({ repeated }) => !repeated)).toHaveLength(1)
      const order = await untilBooked(bank, entered[0].order.serial, 2)
      expect(order.payments).toHaveLength(1)
    })

    it('with another request is refused', async () => {
      const bank = await server().bank()
      const key = journeyKey()
      await trySubmit(bank, 'supplier-payment', supplierPayment(), { key })
      expect(await trySubmit(bank, 'supplier-payment', supplierPayment({ amount: '9' }), { key }))
        .toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
    })
  })

  describe('a form is refused with a code and its place when', () => {
    const wrong: [string, object, string, string][] = [
      ['its amount is a float', { amount: 12.5 }, 'AMOUNT_NOT_TEXT', '/amount'],
      [
        'its amount has three decimals',
        { amount: '12.345', currency: 'GBP' },
        'AMOUNT_TOO_PRECISE',
        '/amount',
      ],
      ['its amount is no number', { amount: '1e3' }, 'AMOUNT_MALFORMED', '/amount'],
      ['its amount is nothing', { amount: '0.00' }, 'AMOUNT_NOT_POSITIVE', '/amount'],
      ['its amount is negative', { amount: '-1.00' }, 'FORM_INVALID', '/amount'],
      ['its currency is unknown', { currency: 'XTS' }, 'CURRENCY_UNKNOWN', '/currency'],
      ['its date does not exist', { documentOn: '2026-02-30' }, 'DATE_MALFORMED', '/documentOn'],
      [
        'its institution is unknown',
        { institution: '9999' },
        'INSTITUTION_UNKNOWN',
        '/institution',
      ],
      ['a property is missing', { purpose: undefined }, 'FORM_INVALID', '/purpose'],
      ['a property is too much', { extra: 1 }, 'FORM_INVALID', '/extra'],
      ['a text is half a character', { purpose: 'a\ud800' }, 'FORM_INVALID', '/purpose'],
      ['a text holds U+0000', { purpose: 'a\0' }, 'FORM_INVALID', '/purpose'],
    ]
    it.each(wrong)('%s', async (_, change, code, place) => {
      const form = supplierPayment(change as Record<string, string>)
      expect(await trySubmit(server().demo, 'supplier-payment', form)).toEqual({ code, place })
    })

    it('its type is unknown or its key malformed', async () => {
      const { demo } = server()
      expect(await trySubmit(demo, 'no-such-type', {})).toEqual({
        code: 'TYPE_UNKNOWN',
        place: '/type',
      })
      expect(await trySubmit(demo, 'supplier-payment', {}, { key: 'short' })).toEqual({
        code: 'KEY_MALFORMED',
        place: '/idempotencyKey',
      })
    })
  })
})
