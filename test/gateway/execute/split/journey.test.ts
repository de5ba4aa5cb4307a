/**
 * Orders and payments beside the gateway, the ledger in a process of its own.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SUBGRAPHS } from '../../../../gateway/subgraphs.ts'
import { supplierPayment } from '../../../support/forms.ts'
import { LINEAGE } from '../../../support/journey.ts'
import { runProcess, testFolder } from '../../../support/process.ts'
import { othersAt, splitGateway } from './processes.ts'

describe('an order through a gateway whose ledger is elsewhere', { timeout: 60_000 }, () => {
  it('is booked there, paid here, booked again and settled; nobody else is let in', async () => {
    const { ask, ledger, ledgerUrl } = await splitGateway(testFolder())
    await ledger.start()
    const serial = await ask.submit(supplierPayment(), 'split-journey')
    const order = await ask.completed(serial)
    expect(order).toMatchObject({
      status: 'COMPLETED',
      payments: [{ state: 'SETTLED' }],
      vouchers: [{ event: { type: 'supplier-payment.approved' } }, {
        event: { type: 'supplier-payment.settled' },
      }],
    })
    expect(order.timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
      'SUBMITTED',
      'APPROVED',
      'POSTED',
      'PAYMENT_REQUESTED',
      'PAYMENT_SETTLED',
      'POSTED',
    ])
    // The ledger checks the caller itself: a maker may not write into it.
    const forbidden = await ask.raw(
      'maker',
      'mutation { closePeriod(input: { period: "2026-11" }) { __typename } }',
    )
    expect(forbidden.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    // Straight at the ledger's process, without a signature.
    for (const path of ['/graphql', '/events/ledger']) {
      const response = await fetch(new URL(path, ledgerUrl), { method: 'POST', body: '{}' })
      expect([response.status, response.headers.get('content-type')]).toEqual(
        [401, 'application/problem+json'],
      )
      expect(await response.json()).toMatchObject({ code: 'SIGNATURE_MISSING' })
    }
  })

  it('waits for a ledger that is down, and says so meanwhile', async () => {
    const { ask, ledger } = await splitGateway(testFolder())
    const serial = await ask.submit(supplierPayment(), 'split-waits')
    const meanwhile = await ask.raw('checker', LINEAGE, { serial })
    expect(meanwhile.data.order).toMatchObject({ status: 'APPROVED', vouchers: null })
    expect(meanwhile.errors[0]).toMatchObject({
      message: 'The subgraph ledger cannot be reached.',
      extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
    })
    await ledger.start()
    expect((await ask.completed(serial)).vouchers).toHaveLength(2)
  })
})

describe('the process of one subgraph', { timeout: 60_000 }, () => {
  it.each([
    [['nonsense'], {}, 2, `usage: subgraph <${SUBGRAPHS.map(({ name }) => name).join('|')}>`],
    [['ledger'], {}, 1, 'SUBGRAPH_ORDERS_URL: events of ledger go to orders; say where'],
    [
      ['ledger'],
      othersAt('http://a/graphql', 'ledger'),
      1,
      'SUBGRAPH_HMAC_KEYS: processes sign',
    ],
  ])('%j with %j ends and says why', async (args, env, code, message) => {
    const data = { DATA_DIR: join(testFolder(), 'data') }
    const ended = await runProcess('deno', ['gateway/serve-subgraph.ts', ...args], {
      ...data,
      ...env,
    })
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(message)
  })
})
