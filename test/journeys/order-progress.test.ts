import { describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { follow } from '../support/events-of.ts'
import { supplierPayment } from '../support/forms.ts'
import { sharedServer } from '../support/server.ts'

const FOLLOW = `subscription ($serial: String!) {
  orderProgress(serial: $serial) { serial status timeline { kind } vouchers { number } }
}`
/** What a partner's program may follow. */
const PARTNER_FOLLOW =
  'subscription ($serial: String!) { orderProgress(serial: $serial) { status } }'
const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
}`
const DECIDE = `mutation ($input: DecideTaskInput!) {
  decideTask(input: $input) { ... on BusinessOrder { status } }
}`

eachEngine((engine) => {
  const server = sharedServer(engine)

  async function waiting() {
    const bank = await server().bank()
    const { submitOrder } = await bank.ask('maker', SUBMIT, {
      input: {
        type: 'supplier-payment',
        form: supplierPayment({ amount: '90000.00' }),
        idempotencyKey: 'progress-1',
      },
    })
    return { bank, serial: submitOrder.order.serial as string }
  }

  describe('an order that is followed', () => {
    it('is told of now and at each change, with what other subgraphs know of it by then', async () => {
      const { bank, serial } = await waiting()
      const seen: string[] = []
      for await (const { data, errors } of follow(bank, 'maker', FOLLOW, { serial })) {
        expect(errors).toBeUndefined()
        const { status, vouchers } = data.orderProgress
        seen.push(status)
        if (seen.length === 1) {
          const { tasks } = await bank.ask('checker', '{ tasks { edges { node { id } } } }')
          const task = tasks.edges[0].node.id
          await bank.ask('checker', DECIDE, { input: { task, verdict: 'APPROVE' } })
        }
        // The payment's own voucher is booked beside the order's last step.
        if (status === 'COMPLETED') {
          expect(vouchers.length).toBeGreaterThanOrEqual(1)
          break
        }
      }
      expect(seen[0]).toBe('IN_APPROVAL')
      expect(seen.at(-1)).toBe('COMPLETED')
      expect(new Set(seen).size).toBeGreaterThanOrEqual(2)
    })

    it('is told to nobody of another bank, nor to a program that did not bring it in', async () => {
      const { bank, serial } = await waiting()
      const other = await server().bank()
      for (const [of, who] of [[other, 'maker'], [bank, 'partner']] as const) {
        const events = await Array.fromAsync(follow(of, who, PARTNER_FOLLOW, { serial }))
        expect(events).toMatchObject([{ errors: [{ extensions: { code: 'ORDER_UNKNOWN' } }] }])
      }
    })
  })
})
