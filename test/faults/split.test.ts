import { describe, expect, it } from 'vitest'
import { supplierPayment } from '../support/forms.ts'
import { testFolder } from '../support/process.ts'
import { splitGateway } from '../gateway/execute/split/processes.ts'

const ORDERS = 24
const KILLS = 4
const WORK_MS = 150

const TRIAL_BALANCE = `{
  trialBalance(from: "2000-01-01", to: "2100-01-01") {
    balanced rows { subject { code } closing { amount } }
  }
}`

describe('a ledger process that is killed while orders come in', { timeout: 120_000 }, () => {
  it('books every order twice in the end: approved and settled, none lost, none doubled', async () => {
    const { ask, ledger } = await splitGateway(testFolder())
    const serials: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      await ledger.start()
      const [submitted] = await Promise.all([
        Promise.all(
          Array.from(
            { length: ORDERS / KILLS },
            (_, i) => ask.submit(supplierPayment({ amount: '10.00' }), `split-kill-${kill}-${i}`),
          ),
        ),
        new Promise((resolve) => setTimeout(resolve, WORK_MS)),
      ])
      serials.push(...submitted)
      await ledger.kill()
    }
    await ledger.start()
    for (const serial of serials) {
      const order = await ask.completed(serial)
      expect(order.vouchers.map(({ event }: { event: { type: string } }) => event.type)).toEqual([
        'supplier-payment.approved',
        'supplier-payment.settled',
      ])
    }
    const { data } = await ask.raw('accountant', TRIAL_BALANCE)
    expect(data.trialBalance.balanced).toBe(true)
    const closing = Object.fromEntries(
      data.trialBalance.rows.map((
        row: { subject: { code: string }; closing: { amount: string } },
      ) => [row.subject.code, row.closing.amount]),
    )
    expect(closing['660208']).toBe(`${ORDERS * 10}.00`)
  })
})
