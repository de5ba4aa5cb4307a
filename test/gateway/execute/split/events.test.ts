import { describe, expect, it } from 'vitest'
import { believing } from '../../../../gateway/execute/split/believe.ts'
import { eventsHandler, remoteConsumer } from '../../../../gateway/execute/split/events.ts'
import { keyRing } from '../../../../gateway/execute/split/keys.ts'
import { sign } from '../../../../gateway/execute/split/signature.ts'
import type { Consumer, Delivery } from '../../../../subgraphs/kernel/event.ts'
import { currentTrace } from '../../../../subgraphs/kernel/trace.ts'
import { DEMO_KEYS } from './rig.ts'

const URL_OF_LEDGER = 'http://ledger.example/graphql'
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const DELIVERY: Delivery = {
  tenant: 'bank-1',
  source: 'orders',
  id: 'evt_1',
  topic: 'order.approved',
  key: 'OA1',
  occurredAt: '2026-11-24T00:00:00.000Z' as Delivery['occurredAt'],
  payload: '{"n":"12345678901234567890"}',
  fence: 9_007_199_254_740_993n,
  traceparent: TRACEPARENT,
}

/** A process with one consumer, and one in another process that sends to it. */
async function pair(receive: Consumer['receive'], spoil = (request: Request) => request) {
  const keys = await keyRing(DEMO_KEYS)
  const reported: unknown[] = []
  const handler = eventsHandler(
    { ledger: [{ name: 'ledger', topics: ['order.approved'], receive }] },
    believing(keys, () => 'f'.repeat(32)),
    (error) => void reported.push(error),
  )
  const urls: string[] = []
  const sender = remoteConsumer(
    { name: 'ledger', url: URL_OF_LEDGER, timeoutMs: 1_000 },
    ['order.approved', 'order.forgotten'],
    keys,
    {
      nowMs: Date.now,
      async fetch(request) {
        urls.push(request.url)
        return await handler(spoil(request))
      },
    },
  )
  return { sender, handler, keys, reported, urls }
}

describe('an event for another process', () => {
  it('arrives as it was sent, in its trace, and counts as sent once it was taken', async () => {
    const taken: Delivery[] = []
    const traces: unknown[] = []
    const { sender, urls } = await pair(async (delivery) => {
      taken.push(delivery)
      traces.push(currentTrace())
    })
    await sender.receive(DELIVERY)
    const { traceparent: _, ...untraced } = DELIVERY
    await sender.receive(untraced)
    expect(taken).toEqual([DELIVERY, untraced])
    expect(traces).toEqual([TRACEPARENT, undefined])
    expect(urls[0]).toBe('http://ledger.example/events/ledger')
  })

  it('that was not taken is to be sent again, and the reason stays there', async () => {
    const { sender, reported } = await pair(() => Promise.reject(new Error('table is locked')))
    await expect(sender.receive(DELIVERY)).rejects.toThrow(
      /^ledger did not take order\.approved: HTTP 503 EVENT_NOT_TAKEN$/,
    )
    expect(reported).toMatchObject([{ message: 'table is locked' }])
  })

  it('that nobody there takes is not lost in silence', async () => {
    const { sender } = await pair(() => Promise.resolve())
    await expect(sender.receive({ ...DELIVERY, topic: 'order.forgotten' })).rejects.toThrow(
      'HTTP 422 TOPIC_UNKNOWN',
    )
  })

  it('that was changed on its way is not taken', async () => {
    const { sender } = await pair(
      () => expect.fail('taken'),
      (request) => new Request(request, { body: '{}' }),
    )
    await expect(sender.receive(DELIVERY)).rejects.toThrow('HTTP 401 SIGNATURE_INVALID')
  })

  it('that is none is refused', async () => {
    const { handler, keys } = await pair(() => expect.fail('taken'))
    const post = async (value: unknown, path = '/events/ledger', audience = 'ledger') => {
      const body = new TextEncoder().encode(JSON.stringify(value))
      const parts = { identity: undefined, traceparent: undefined }
      const headers = await sign(
        { audience, method: 'POST', path, body, ...parts },
        keys,
        Date.now(),
      )
      const response = await handler(
        new Request(`http://ledger.example${path}`, { method: 'POST', headers, body }),
      )
      return [response.status, (await response.json() as { code: string }).code]
    }
    const whole = { ...DELIVERY, fence: '1' }
    for (
      const value of [
        null,
        1,
        [],
        {},
        { ...whole, id: 7 },
        { ...whole, fence: 1 },
        {
          ...whole,
          fence: '-1',
        },
        { ...whole, fence: '9'.repeat(30) },
        { ...whole, traceparent: 1 },
      ]
    ) {
      expect(await post(value)).toEqual([400, 'EVENT_MALFORMED'])
    }
    expect(await post(whole, '/events/orders')).toEqual([404, 'NOT_FOUND'])
    expect(await post(whole, '/events/constructor')).toEqual([404, 'NOT_FOUND'])
    expect(await post(whole, '/events/ledger', 'orders')).toEqual([401, 'SIGNATURE_INVALID'])
    expect((await handler(new Request('http://ledger.example/events/ledger'))).status).toBe(405)
  })
})
