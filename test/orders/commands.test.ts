import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSerial } from '../../subgraphs/kernel/serial.ts'
import type { Json } from '../../subgraphs/orders/pointer.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor, partnerApp } from '../support/actors.ts'
import { toldBy } from '../support/events.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'
import { newKey, ordersDesks } from '../support/orders.ts'
import { findings, granted, refusal } from '../support/rig.ts'

eachEngine((engine) => {
  const newDesk = ordersDesks(engine)

  describe('entering an order', () => {
    it('answers a serial and keeps what was entered', async () => {
      const desk = await newDesk()
      const form = supplierPayment({ amount: '60000' })
      const serial = await desk.submit('supplier-payment', form)
      expect(isSerial(serial)).toBe(true)
      const row = (await desk.order(serial))!
      expect(JSON.parse(row.form)).toEqual(form)
      expect(row).toMatchObject({
        type: 'supplier-payment',
        type_version: 1n,
        status: 'IN_APPROVAL',
        maker: 'maker',
        institution: '1001',
        minor: 6_000_000n,
        currency: 'CNY',
        summary: '华东印刷 · 宣传册印刷',
      })
    })

    it('with one key is one order, told of once', async () => {
      const desk = await newDesk()
      const key = newKey()
      const first = granted(await desk.trySubmit('supplier-payment', supplierPayment(), { key }))
      const again = await Promise.all(
        [1, 2, 3].map(() => desk.trySubmit('supplier-payment', supplierPayment(), { key })),
      )
      expect(first.repeated).toBe(false)
      expect(again.map(granted)).toEqual(
        again.map(() => ({ serial: first.serial, repeated: true })),
      )
      expect(await toldBy(desk.running, desk.tenant)).toHaveLength(1)
    })

    it('with one key at the same moment is one order', async () => {
      const desk = await newDesk()
      const key = newKey()
      const answers = await Promise.all(
        Array.from(
          { length: 8 },
          () => desk.trySubmit('supplier-payment', supplierPayment(), { key }),
        ),
      )
      expect(new Set(answers.map((answer) => granted(answer).serial)).size).toBe(1)
      expect(answers.filter((answer) => !granted(answer).repeated)).toHaveLength(1)
    })

    it('with a used key and another body is refused', async () => {
      const desk = await newDesk()
      const key = newKey()
      granted(await desk.trySubmit('supplier-payment', supplierPayment(), { key }))
      const other = supplierPayment({ amount: '1200.01' })
      expect(refusal(await desk.trySubmit('supplier-payment', other, { key })))
        .toBe('IDEMPOTENCY_CONFLICT /idempotencyKey')
    })

    it('with a key that another person used is another order', async () => {
      const desk = await newDesk()
      const key = newKey()
      const one = await desk.trySubmit('supplier-payment', supplierPayment(), { key })
      const by = actor(desk.tenant, 'second', ['maker'])
      const two = await desk.trySubmit('supplier-payment', supplierPayment(), { key, by })
      expect(granted(two).repeated).toBe(false)
      expect(granted(two).serial).not.toBe(granted(one).serial)
    })

    it('may be corrected under its key after it was refused', async () => {
      const desk = await newDesk()
      const key = newKey()
      const wrong = supplierPayment({ amount: '1.005' })
      expect((await desk.trySubmit('supplier-payment', wrong, { key })).ok).toBe(false)
      expect((await desk.trySubmit('supplier-payment', supplierPayment(), { key })).ok).toBe(true)
    })

    it.each<[string, string, Json]>([
      ['AMOUNT_TOO_PRECISE /amount', 'supplier-payment', { amount: '1.000', currency: 'GBP' }],
      ['AMOUNT_NOT_TEXT /amount', 'supplier-payment', { amount: 12.5 }],
      ['FORM_INVALID /amount', 'supplier-payment', JSON.parse('{"amount": 1e999}')],
      ['AMOUNT_MALFORMED /amount', 'supplier-payment', { amount: '1,200.00' }],
      ['AMOUNT_TOO_LARGE /amount', 'supplier-payment', { amount: '90000000000000.01' }],
      ['AMOUNT_NOT_POSITIVE /amount', 'supplier-payment', { amount: '0.00' }],
      ['FORM_INVALID /amount', 'supplier-payment', { amount: '-5.00' }],
      ['CURRENCY_UNKNOWN /currency', 'supplier-payment', { currency: 'XTS' }],
      ['CURRENCY_UNKNOWN /currency', 'supplier-payment', { currency: 'constructor' }],
      ['FORM_INVALID /payee/name', 'supplier-payment', { payee: {} }],
      ['FORM_INVALID /purpose', 'supplier-payment', { purpose: 'x'.repeat(501) }],
      ['FORM_INVALID /purpose', 'supplier-payment', { purpose: 'a\0b' }],
      ['FORM_INVALID /payee/name', 'supplier-payment', { payee: { name: '\ud800' } }],
      ['FORM_INVALID /extra', 'supplier-payment', { extra: true }],
      ['DATE_MALFORMED /documentOn', 'supplier-payment', { documentOn: '2026-02-30' }],
      ['INSTITUTION_UNKNOWN /institution', 'supplier-payment', { institution: '9999' }],
      ['TYPE_UNKNOWN /type', 'constructor', {}],
      ['TYPE_UNKNOWN /type', 'supplier-payment\0', {}],
      ['TYPE_UNKNOWN /type', '', {}],
    ])('is refused with %s (%#)', async (expected, type, change) => {
      const desk = await newDesk()
      const form = supplierPayment(change as { [name: string]: Json })
      expect(refusal(await desk.trySubmit(type, form))).toBe(expected)
      expect(await toldBy(desk.running, desk.tenant)).toEqual([])
    })

    it('is refused at the institution that does not exist, not at the one that does', async () => {
      const desk = await newDesk()
      const form = branchTransfer({ toInstitution: '4711' })
      expect(refusal(await desk.trySubmit('branch-transfer', form)))
        .toBe('INSTITUTION_UNKNOWN /toInstitution')
    })

    it.each(['short', 'x'.repeat(201), 'with space', 'schlüssel', 'key\n-12345'])(
      'is refused with the key %j',
      async (key) => {
        const desk = await newDesk()
        expect(refusal(await desk.trySubmit('supplier-payment', supplierPayment(), { key })))
          .toBe('KEY_MALFORMED /idempotencyKey')
      },
    )

    it('takes no number when it is refused, so that serials have no gap', async () => {
      const desk = await newDesk()
      const good = supplierPayment()
      const bad = supplierPayment({ institution: '9999' })
      const forms = Array.from({ length: 40 }, (_, i) => i % 3 === 0 ? bad : good)
      const answers = await Promise.all(forms.map((f) => desk.trySubmit('supplier-payment', f)))
      const serials = answers.flatMap((answer) => answer.ok ? [answer.value.serial] : [])
      const numbers = serials.map((serial) => Number(serial.slice(11, 17)))
      expect(numbers.toSorted((a, b) => a - b)).toEqual(serials.map((_, i) => i + 1))
    })
  })

  describe('approval by rule', () => {
    it.each([
      ['supplier-payment', supplierPayment({ amount: '50000.00' }), 'APPROVED'],
      ['supplier-payment', supplierPayment({ amount: '50000.01' }), 'IN_APPROVAL'],
      ['supplier-payment', supplierPayment({ amount: '10000.00', currency: 'GBP' }), 'APPROVED'],
      ['supplier-payment', supplierPayment({ amount: '10000.01', currency: 'GBP' }), 'IN_APPROVAL'],
      ['expense-claim', expenseClaim({ amount: '1000' }), 'APPROVED'],
      ['expense-claim', expenseClaim({ amount: '1000.01' }), 'IN_APPROVAL'],
      ['expense-claim', expenseClaim({ amount: '1', currency: 'JPY' }), 'IN_APPROVAL'],
      ['branch-transfer', branchTransfer({ amount: '0.01' }), 'IN_APPROVAL'],
    ])('ends at the limit and not one minor unit above it (%#)', async (type, form, status) => {
      const desk = await newDesk()
      const serial = await desk.submit(type, form)
      expect(await desk.status(serial)).toBe(status)
      expect(await desk.openTask(serial) === undefined).toBe(status === 'APPROVED')
      expect(await desk.history(serial))
        .toEqual(status === 'APPROVED' ? ['SUBMITTED', 'APPROVED'] : ['SUBMITTED'])
    })

    it('tells the ledger in the same transaction, with the amount as text', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('supplier-payment', supplierPayment())
      expect(await toldBy(desk.running, desk.tenant)).toMatchObject([{
        topic: 'order.approved',
        key: serial,
        payload: {
          serial,
          accounting: {
            type: 'supplier-payment.approved',
            serial,
            components: { amount: '1200.00' },
            dimensions: { expenseCategory: 'marketing' },
          },
        },
      }])
    })
  })

  describe('approval by people', () => {
    it('takes each step by its role, and tells the ledger after the last', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('expense-claim', expenseClaim({ amount: '60000' }))
      const first = (await desk.openTask(serial))!
      expect(refusal(await desk.decide(first, desk.accountant))).toBe('ROLE_MISSING /task')
      granted(await desk.decide(first, desk.checker))
      expect(await desk.status(serial)).toBe('IN_APPROVAL')
      expect(await toldBy(desk.running, desk.tenant)).toEqual([])
      const second = (await desk.openTask(serial))!
      expect(second).not.toBe(first)
      granted(await desk.decide(second, desk.accountant))
      expect(await desk.status(serial)).toBe('APPROVED')
      expect(await desk.history(serial)).toEqual(['SUBMITTED', 'STEP_APPROVED', 'APPROVED'])
      expect((await toldBy(desk.running, desk.tenant)).map((event) => event.topic))
        .toEqual(['order.approved'])
    })

    it('is not for whoever made the order', async () => {
      const desk = await newDesk()
      const both = actor(desk.tenant, 'maker', ['maker', 'checker'])
      const serial = await desk.submit('branch-transfer', branchTransfer(), both)
      const task = (await desk.openTask(serial))!
      expect(refusal(await desk.decide(task, both))).toBe('SELF_APPROVAL /task')
      expect(refusal(await desk.decide(task, both, 'REJECT', 'no'))).toBe('SELF_APPROVAL /task')
      expect(await desk.status(serial)).toBe('IN_APPROVAL')
    })

    it('is not twice for one person, who may hold both roles', async () => {
      const desk = await newDesk()
      const both = actor(desk.tenant, 'both', ['checker', 'accountant'])
      const serial = await desk.submit('expense-claim', expenseClaim({ amount: '60000' }))
      granted(await desk.decide((await desk.openTask(serial))!, both))
      const second = (await desk.openTask(serial))!
      expect(refusal(await desk.decide(second, both))).toBe('SAME_APPROVER /task')
      granted(await desk.decide(second, desk.accountant))
    })

    it('of one task happens once, even at the same moment', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const task = (await desk.openTask(serial))!
      const others = ['c1', 'c2', 'c3', 'c4'].map((name) => actor(desk.tenant, name, ['checker']))
      const answers = await Promise.all(others.map((by) => desk.decide(task, by)))
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
      expect(answers.filter((a) => !a.ok).map(refusal)).toEqual(Array(3).fill('TASK_DECIDED /task'))
      expect(await desk.history(serial)).toEqual(['SUBMITTED', 'APPROVED'])
      expect(refusal(await desk.decide(task, desk.checker))).toBe('TASK_DECIDED /task')
    })

    it('may reject with a reason, and then nothing more happens', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const task = (await desk.openTask(serial))!
      expect(refusal(await desk.decide(task, desk.checker, 'REJECT'))).toBe(
        'REASON_MISSING /reason',
      )
      expect(refusal(await desk.decide(task, desk.checker, 'REJECT', 'a\0'))).toBe('TEXT_MALFORMED')
      granted(await desk.decide(task, desk.checker, 'REJECT', 'wrong branch'))
      expect(await desk.status(serial)).toBe('REJECTED')
      expect(await desk.openTask(serial)).toBeUndefined()
      expect(refusal(await desk.decide(task, desk.checker))).toBe('TASK_DECIDED /task')
      expect(await toldBy(desk.running, desk.tenant)).toEqual([])
    })

    it('is refused for a task that there is not', async () => {
      const desk = await newDesk()
      for (const task of ['tsk_none', '', 'constructor']) {
        expect(refusal(await desk.decide(task, desk.checker))).toBe('TASK_UNKNOWN /task')
      }
    })

    it('ends when the maker withdraws, who alone may', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const task = (await desk.openTask(serial))!
      const withdraw = (by = desk.maker, which = serial) =>
        desk.context(by).orders.commands.withdraw(which, 'typo')
      expect(refusal(await withdraw(desk.checker))).toBe('NOT_MAKER /serial')
      expect(refusal(await withdraw(desk.maker, 'OA20261123-999999-9')))
        .toBe('ORDER_UNKNOWN /serial')
      expect(refusal(await withdraw(desk.maker, 'a\0'))).toBe('TEXT_MALFORMED')
      granted(await withdraw())
      expect(await desk.status(serial)).toBe('WITHDRAWN')
      expect(refusal(await desk.decide(task, desk.checker))).toBe('TASK_DECIDED /task')
      expect(refusal(await withdraw())).toBe('NOT_IN_APPROVAL /serial')
    })

    it('keeps every rule whatever is tried by whomever in whatever order', async () => {
      const desk = await newDesk()
      const people = ['ann', 'bob', 'cat', 'dan'].map((name) =>
        actor(desk.tenant, name, ['maker', 'checker', 'accountant'])
      )
      const verb = fc.record({
        by: fc.constantFrom(...people),
        verb: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'withdraw'),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(verb, { minLength: 1, maxLength: 6 }), async (verbs) => {
          const form = expenseClaim({ amount: '60000' })
          const serial = await desk.submit('expense-claim', form, people[0])
          for (const { by, verb } of verbs) {
            const task = await desk.openTask(serial) ?? 'none'
            const { commands } = desk.context(by).orders
            if (verb === 'withdraw') await commands.withdraw(serial, '')
            else if (verb === 'approve') await desk.decide(task, by)
            else await desk.decide(task, by, 'REJECT', 'no')
          }
          const tasks = await desk.db.selectFrom('task').selectAll()
            .where('tenant_id', '=', desk.tenant).where('serial', '=', serial).execute()
          const deciders = tasks.flatMap((task) => task.decided_by ?? [])
          expect(deciders).not.toContain('ann')
          expect(new Set(deciders).size).toBe(deciders.length)
          const approved = tasks.filter((task) => task.verdict === 'APPROVE').length
          const status = await desk.status(serial)
          expect(status === 'APPROVED').toBe(approved === 2)
          expect(tasks.some((task) => task.state === 'OPEN')).toBe(status === 'IN_APPROVAL')
        }),
        { numRuns: 25 },
      )
      const told = await toldBy(desk.running, desk.tenant)
      expect(new Set(told.map((event) => event.key)).size).toBe(told.length)
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('another tenant', () => {
    it('cannot tell what exists from what does not', async () => {
      const [ours, theirs] = [await newDesk(), await newDesk()]
      const serial = await ours.submit('branch-transfer', branchTransfer())
      const task = (await ours.openTask(serial))!
      const stranger = actor(theirs.tenant, 'maker', ['maker', 'checker', 'accountant'])
      const { commands } = theirs.context(stranger).orders
      for (const [real, none] of [[task, 'tsk_none']] as const) {
        expect(await theirs.decide(real, stranger)).toEqual(await theirs.decide(none, stranger))
      }
      expect(await commands.withdraw(serial, '')).toEqual(await commands.withdraw('OA1', ''))
      expect(await commands.retryPayment(serial)).toEqual(await commands.retryPayment('OA1'))
      expect(await ours.status(serial)).toBe('IN_APPROVAL')
    })

    it('numbers its own serials and may use the same keys', async () => {
      const desks = [await newDesk(), await newDesk()]
      const key = newKey()
      const serials = await Promise.all(
        desks.map(async (desk) =>
          granted(await desk.trySubmit('supplier-payment', supplierPayment(), { key }))
        ),
      )
      expect(serials[0]).toEqual(serials[1])
      expect(serials[0]!.serial).toContain('-000001-')
    })
  })

  describe('a partner’s app', () => {
    it('withdraws its own orders and knows of no others', async () => {
      const desk = await newDesk()
      const theirs = await desk.submit('branch-transfer', branchTransfer(), desk.partner)
      const ours = await desk.submit('branch-transfer', branchTransfer())
      const otherApp = partnerApp(desk.tenant, 'rival')
      const withdraw = (by = desk.partner, serial = theirs) =>
        desk.context(by).orders.commands.withdraw(serial, '')
      expect(refusal(await withdraw(desk.partner, ours))).toBe('ORDER_UNKNOWN /serial')
      expect(refusal(await withdraw(otherApp))).toBe('ORDER_UNKNOWN /serial')
      granted(await withdraw())
    })
  })
})
