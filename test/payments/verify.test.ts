import { describe, expect, it, onTestFinished } from 'vitest'
import { payments } from '../../subgraphs/payments/mod.ts'
import { onEngine } from '../rig/engines.ts'
import { deliver, delivery } from '../support/events.ts'
import { newSerial } from '../support/ledger.ts'
import { findings, openRig } from '../support/rig.ts'
import { overwrite, tamperer } from '../support/tamper.ts'

onEngine('sqlite', (engine) => {
  /** One settled and one failed instruction. */
  const open = async () => {
    const rig = await openRig(payments, await engine.freshUrl())
    onTestFinished(() => rig.close())
    const tenant = await rig.tenant()
    for (const account of ['62220001234567', '0001']) {
      const serial = newSerial()
      const payload = {
        serial,
        round: '1',
        maker: 'maker',
        institution: '1001',
        direction: 'PAY',
        amount: '100.00',
        currency: 'CNY',
        payee: { name: 'x', account },
        purpose: 'p',
        accounting: {},
      }
      const event = { tenant, source: 'orders', topic: 'order.payable', key: serial }
      await deliver(rig.running, delivery(event, payload))
    }
    await rig.running.start()
    await expect.poll(() => rig.running.idle()).toBe(true)
    return rig
  }

  describe('verification against the bank’s statement', () => {
    it('finds nothing wrong with what nobody touched', async () => {
      expect(await findings((await open()).running)).toEqual([])
    })

    it.each<[string, string, string, string, RegExp]>([
      ['payments', 'instruction', 'minor', '1', /PAID_OTHERWISE/],
      ['payments', 'instruction', 'currency', `'USD'`, /PAID_OTHERWISE/],
      ['payments', 'instruction', 'direction', `'COLLECT'`, /PAID_OTHERWISE/],
      ['payments', 'instruction', 'state', `'FAILED'`, /FAILED_BUT_PAID/],
      ['payments', 'instruction', 'bank_reference', `'other'`, /PAID_OTHERWISE/],
      ['payments', 'instruction', 'id', `'pay_x'`, /SETTLED_NOT_PAID[^]*PAID_WITHOUT_INSTRUCTION/],
      ['bank-simulator', 'transfer', 'amount', `'100.01'`, /PAID_OTHERWISE/],
      ['bank-simulator', 'transfer', 'reference', `'pay_x'`, /SETTLED_NOT_PAID/],
      ['bank-simulator', 'transfer', 'state', `'FAILED'`, /SETTLED_NOT_PAID/],
    ])(
      'names what was written over in %s: %s.%s',
      async (database, table, column, value, names) => {
        const rig = await open()
        expect(tamperer(rig, database)(overwrite(table, column, value))).toBe(1)
        expect((await findings(rig.running)).join('\n')).toMatch(names)
      },
    )

    it('names a failed instruction that somebody calls settled', async () => {
      const rig = await open()
      tamperer(rig, 'payments')(overwrite('instruction', 'state', `'SETTLED'`, 'max'))
      expect((await findings(rig.running)).join('\n')).toMatch(/SETTLED_NOT_PAID/)
    })
  })
})
