import { describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { deliver, delivery, toldBy } from '../support/events.ts'
import { branchTransfer, supplierPayment } from '../support/forms.ts'
import { type OrdersDesk, ordersDesks } from '../support/orders.ts'
import { findings, granted, refusal } from '../support/rig.ts'

/** What the ledger and payments say of an order. */
function reporter(desk: OrdersDesk, serial: string) {
  const tell = (source: string, topic: string, payload: object) =>
    deliver(desk.running, delivery({ tenant: desk.tenant, source, topic, key: serial }, payload))
  return {
    posted: (eventType: string, kind = 'EVENT') =>
      tell('ledger', 'voucher.posted', { serial, kind, eventType, voucher: 'vch_1' }),
    reversed: (reversedKind: string) =>
      tell('ledger', 'voucher.posted', { serial, kind: 'REVERSAL', eventType: null, reversedKind }),
    refused: (eventType: string | null) =>
      tell('ledger', 'posting.refused', { serial, eventType, code: 'PERIOD_CLOSED', message: 'm' }),
    payment: (outcome: 'unknown' | 'settled' | 'failed') =>
      tell('payments', `payment.${outcome}`, { serial, instruction: 'pay_1', accounting: {} }),
  }
}

const APPROVED = 'supplier-payment.approved'
const SETTLED = 'supplier-payment.settled'

eachEngine((engine) => {
  const newDesk = ordersDesks(engine)
  const newOrder = async () => {
    const desk = await newDesk()
    const serial = await desk.submit('supplier-payment', supplierPayment())
    const payable = async () =>
      (await toldBy(desk.running, desk.tenant)).filter((event) => event.topic === 'order.payable')
    return { desk, serial, payable, says: reporter(desk, serial) }
  }

  describe('an approved order', () => {
    it('is paid once its books are in order, and completed once that is settled', async () => {
      const { desk, serial, says, payable } = await newOrder()
      await says.posted(APPROVED)
      expect(await desk.status(serial)).toBe('PAYING')
      expect((await payable()).map((event) => event.payload)).toMatchObject([{
        serial,
        round: '1',
        maker: 'maker',
        direction: 'PAY',
        amount: '1200.00',
        currency: 'CNY',
        payee: { name: '华东印刷', account: '62220001234567' },
        accounting: { type: SETTLED, components: { amount: '1200.00' } },
      }])
      await says.payment('settled')
      await says.posted(SETTLED)
      expect(await desk.status(serial)).toBe('COMPLETED')
      expect(await desk.history(serial)).toEqual([
        'SUBMITTED',
        'APPROVED',
        'POSTED',
        'PAYMENT_REQUESTED',
        'PAYMENT_SETTLED',
        'POSTED',
      ])
      expect(await findings(desk.running)).toEqual([])
    })

    it('takes an event once, however often it comes', async () => {
      const { desk, serial, payable } = await newOrder()
      const event = delivery(
        { tenant: desk.tenant, source: 'ledger', topic: 'voucher.posted', key: serial },
        { serial, kind: 'EVENT', eventType: APPROVED },
      )
      await Promise.all([1, 2, 3, 4].map(() => deliver(desk.running, event)))
      await deliver(desk.running, event)
      expect(await payable()).toHaveLength(1)
      expect((await desk.history(serial)).filter((kind) => kind === 'POSTED')).toHaveLength(1)
    })

    it('waits for an accountant when the books refuse it, and goes on once they take it', async () => {
      const { desk, serial, says, payable } = await newOrder()
      await says.refused(APPROVED)
      expect(await desk.status(serial)).toBe('POSTING_REFUSED')
      expect(await payable()).toEqual([])
      await says.posted(APPROVED)
      expect(await desk.status(serial)).toBe('PAYING')
      expect(await payable()).toHaveLength(1)
    })

    it('whose settlement is refused is not paid again when it is told twice of its approval', async () => {
      const { desk, serial, says, payable } = await newOrder()
      await says.posted(APPROVED)
      await says.payment('settled')
      await says.refused(SETTLED)
      await says.posted(APPROVED)
      expect(await desk.status(serial)).toBe('POSTING_REFUSED')
      expect(await payable()).toHaveLength(1)
      await says.posted(SETTLED)
      expect(await desk.status(serial)).toBe('COMPLETED')
      expect(await findings(desk.running)).toEqual([])
    })

    it('is reversed with its voucher, but not with the clearing of an amount in suspense', async () => {
      const { desk, serial, says } = await newOrder()
      await says.posted(APPROVED)
      await says.payment('settled')
      await says.posted('', 'CLEARING')
      await says.reversed('CLEARING')
      expect(await desk.status(serial)).toBe('COMPLETED')
      await says.reversed('EVENT')
      expect(await desk.status(serial)).toBe('REVERSED')
      await says.refused(SETTLED)
      expect(await desk.status(serial)).toBe('REVERSED')
      expect(await findings(desk.running)).toEqual([])
    })

    it('that pays nothing is completed with its posting', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      granted(await desk.decide((await desk.openTask(serial))!, desk.checker))
      await reporter(desk, serial).posted('branch-transfer.approved')
      expect(await desk.status(serial)).toBe('COMPLETED')
    })
  })

  describe('a failed payment', () => {
    it('is asked for again by a person, as another round', async () => {
      const { desk, serial, says, payable } = await newOrder()
      const retry = () => desk.context(desk.accountant).orders.commands.retryPayment(serial)
      expect(refusal(await retry())).toBe('PAYMENT_NOT_FAILED /serial')
      await says.posted(APPROVED)
      await says.payment('unknown')
      expect(await desk.status(serial)).toBe('PAYMENT_UNKNOWN')
      expect(refusal(await retry())).toBe('PAYMENT_NOT_FAILED /serial')
      await says.payment('failed')
      expect(await desk.status(serial)).toBe('PAYMENT_FAILED')
      const answers = await Promise.all([retry(), retry()])
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
      expect((await payable()).map((event) => event.payload.round)).toEqual(['1', '2'])
      await says.payment('settled')
      expect(await desk.status(serial)).toBe('COMPLETED')
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('a report', () => {
    it('of a serial that is not ours changes nothing and is done with', async () => {
      const { desk } = await newOrder()
      await reporter(desk, 'OA20200101-000001-0').posted(APPROVED)
      await reporter(desk, 'not a serial').payment('settled')
      expect(await findings(desk.running)).toEqual([])
    })

    it('of another tenant’s order with the same serial leaves ours alone', async () => {
      const { desk, serial } = await newOrder()
      const { desk: other, serial: same } = await newOrder()
      expect(same).toBe(serial)
      await reporter(other, serial).posted(APPROVED)
      expect([await desk.status(serial), await other.status(serial)])
        .toEqual(['APPROVED', 'PAYING'])
    })

    it('leaves an order alone that nobody approved', async () => {
      const desk = await newDesk()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      const says = reporter(desk, serial)
      await says.posted('branch-transfer.approved')
      await says.refused(null)
      await says.payment('settled')
      expect(await desk.status(serial)).toBe('IN_APPROVAL')
      expect(await findings(desk.running)).toEqual([])
      granted(await desk.decide((await desk.openTask(serial))!, desk.checker))
    })
  })
})
