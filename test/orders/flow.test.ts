import { describe, expect, it, onTestFinished } from 'vitest'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { orders } from '../../subgraphs/orders/mod.ts'
import { payments } from '../../subgraphs/payments/mod.ts'
import { eachEngine } from '../rig/engines.ts'
import { wire } from '../support/events.ts'
import { branchTransfer, supplierPayment } from '../support/forms.ts'
import { ledgerDesk } from '../support/ledger.ts'
import { newKey, ordersDesk } from '../support/orders.ts'
import { findings, granted, openRig } from '../support/rig.ts'

eachEngine((engine) => {
  /** Three subgraphs on one database, joined by their events; the bank is the simulator. */
  const open = async ({ pays = true } = {}) => {
    const url = await engine.freshUrl()
    const rigs = {
      orders: await openRig(orders, url, 1),
      ledger: await openRig(ledger, url, 2),
      payments: await openRig(payments, url, 3),
    }
    onTestFinished(async () => {
      for (const rig of Object.values(rigs)) await rig.close()
    })
    const { orders: o, ledger: l, payments: p } = rigs
    const desk = await ordersDesk(o)
    const setup = { tenant: desk.tenant, institutions: { '1001': NAME, '1002': NAME } }
    const books = await ledgerDesk({
      ...l,
      tenant: async () => {
        await l.running.provision(setup)
        return desk.tenant
      },
    })
    if (pays) await p.running.start()
    const { pump } = wire({ orders: o.running, ledger: l.running, payments: p.running })
    const reaches = (serial: string, status: string) =>
      expect.poll(async () => {
        await pump(desk.tenant)
        return await desk.status(serial)
      }).toBe(status)
    const verified = async () => {
      const all = Object.values(rigs).map((rig) => findings(rig.running))
      expect((await Promise.all(all)).flat()).toEqual([])
      expect(Object.values(rigs).flatMap((rig) => rig.reported)).toEqual([])
    }
    return { desk, books, rigs, pump, reaches, verified }
  }
  const NAME = { zh: '机构', en: 'Branch' }

  describe('an order from its entry to its books', () => {
    it('is posted, paid and posted again with nothing entered twice', async () => {
      const { desk, books, reaches, verified } = await open()
      const serial = await desk.submit('supplier-payment', supplierPayment())
      await reaches(serial, 'COMPLETED')
      expect(await books.balances())
        .toEqual({ '1001 660208 CNY': 120_000n, '1001 1003 CNY': -120_000n })
      expect((await books.events(serial)).map((event) => event.type).toSorted())
        .toEqual(['supplier-payment.approved', 'supplier-payment.settled'])
      await verified()
    })

    it('collects where it is a credit note', async () => {
      const { desk, books, reaches, verified } = await open()
      const form = supplierPayment({ kind: 'CREDIT_NOTE', expenseCategory: 'it' })
      const serial = await desk.submit('supplier-payment', form)
      await reaches(serial, 'COMPLETED')
      expect(await books.balances())
        .toEqual({ '1001 660206 CNY': -120_000n, '1001 1003 CNY': 120_000n })
      await verified()
    })

    it('goes on from where the books refused it, once an accountant retries', async () => {
      const { desk, books, reaches, verified } = await open()
      granted(await books.commands().closePeriod('2026-11'))
      const serial = await desk.submit('supplier-payment', supplierPayment())
      await reaches(serial, 'POSTING_REFUSED')
      granted(await books.commands().reopenPeriod('2026-11'))
      const [refused] = await books.events(serial)
      granted(await books.commands().retryEvent(refused!.id))
      await reaches(serial, 'COMPLETED')
      expect(await desk.history(serial)).toEqual([
        'SUBMITTED',
        'APPROVED',
        'POSTING_REFUSED',
        'POSTED',
        'PAYMENT_REQUESTED',
        'PAYMENT_SETTLED',
        'POSTED',
      ])
      await verified()
    })

    it('whose settlement is refused is completed by a retry, and not paid again', async () => {
      const { desk, books, rigs, pump, reaches, verified } = await open({ pays: false })
      const serial = await desk.submit('supplier-payment', supplierPayment())
      await reaches(serial, 'PAYING')
      granted(await books.commands().closePeriod('2026-11'))
      await rigs.payments.running.start()
      await reaches(serial, 'POSTING_REFUSED')
      granted(await books.commands().reopenPeriod('2026-11'))
      const refused = (await books.events(serial)).find((event) => event.outcome === 'REFUSED')
      granted(await books.commands().retryEvent(refused!.id))
      await reaches(serial, 'COMPLETED')
      await pump(desk.tenant)
      const instructions = []
      for await (const row of rigs.payments.running.instructions(desk.tenant)) {
        instructions.push(row.state)
      }
      expect(instructions).toEqual(['SETTLED'])
      await verified()
    })

    it('that failed at the bank is paid in another round', async () => {
      const { desk, books, reaches, verified } = await open()
      const payee = { name: 'Closed', account: '0001' }
      const serial = await desk.submit('supplier-payment', supplierPayment({ payee }))
      await reaches(serial, 'PAYMENT_FAILED')
      granted(await desk.context(desk.accountant).orders.commands.retryPayment(serial))
      await reaches(serial, 'PAYMENT_FAILED')
      expect((await books.events(serial)).map((event) => event.type))
        .toEqual(['supplier-payment.approved'])
      await verified()
    })

    it('that is reversed in the books is reversed', async () => {
      const { desk, books, reaches, verified } = await open()
      const serial = await desk.submit('branch-transfer', branchTransfer())
      granted(await desk.decide((await desk.openTask(serial))!, desk.checker))
      await reaches(serial, 'COMPLETED')
      const voucher = (await books.voucherOf(serial)).id
      const input = { idempotencyKey: newKey(), voucher, reason: 'wrong branch' }
      granted(await books.commands().reverseVoucher(input))
      await reaches(serial, 'REVERSED')
      expect(await books.balances()).toEqual({})
      await verified()
    })
  })
})
