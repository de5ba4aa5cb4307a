import { inspect } from 'node:util'
import { generateKeyPair, SignJWT } from 'jose'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_AUDIENCE, DEMO_ISSUER } from '../../gateway/auth/demo-issuer.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'
import { expenseClaim, supplierPayment } from '../support/forms.ts'
import { decide, LINEAGE, openTask, submit, untilBooked } from '../support/journey.ts'
import {
  type Answer,
  type Bank,
  openTestServer,
  sharedServer,
  signedToken,
  type TestServer,
} from '../support/server.ts'

const ORDERS = '{ orders { edges { cursor } } }'

/** The codes of an answer's errors. */
function codes({ errors }: Pick<Answer, 'errors'>): unknown[] {
  return (errors ?? []).map(({ extensions }) => extensions?.code)
}

async function postWith(server: TestServer, headers: Record<string, string>, query = ORDERS) {
  const response = await server.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  const body = await response.json() as Answer
  return { status: response.status, headers: response.headers, body }
}

eachEngine((engine) => {
  const server = sharedServer(engine)

  describe('without a token', () => {
    it('every field says to sign in, and no data comes along', async () => {
      const { body } = await postWith(server(), {})
      expect(codes(body)).toEqual(['UNAUTHENTICATED'])
      expect(body.data ?? null).toBeNull()
    })

    it('files are neither taken nor given', async () => {
      for (const init of [{ method: 'POST', body: 'x' }, { method: 'GET' }]) {
        const path = init.method === 'POST' ? '/files' : `/files/${'0'.repeat(64)}`
        const response = await server().fetch(path, init)
        expect(response.status).toBe(401)
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        expect(response.headers.get('www-authenticate')).toBe('Bearer')
      }
    })
  })

  describe('a token is refused that is', () => {
    const claims = { sub: 'maker', tenant: 'demo-bank', roles: ['maker'] }
    const foreign = async () => {
      const { privateKey } = await generateKeyPair('ES256')
      return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'demo' })
        .setIssuer(DEMO_ISSUER).setAudience(DEMO_AUDIENCE).setExpirationTime('1h').sign(privateKey)
    }
    const signed = (change: object, options = {}) => () =>
      signedToken(server().config.dataDir, { ...claims, ...change }, options)
    const tokens: [string, () => Promise<string>, string][] = [
      ['no JWT', () => Promise.resolve('Bearer abc.def'), 'TOKEN_INVALID'],
      ['no bearer token', () => Promise.resolve('Basic bWFrZXI6'), 'TOKEN_MALFORMED'],
      ['too long', () => Promise.resolve(`Bearer ${'a'.repeat(20_000)}`), 'TOKEN_MALFORMED'],
      ['expired', signed({}, { validFor: '-1m' }), 'TOKEN_EXPIRED'],
      ['signed by somebody else', foreign, 'TOKEN_INVALID'],
      ['of another issuer', signed({}, { issuer: 'somebody' }), 'TOKEN_INVALID'],
      ['for another audience', signed({}, { audience: 'other' }), 'TOKEN_INVALID'],
      ['of no tenant', signed({ tenant: undefined }), 'TOKEN_INVALID'],
      ['of a tenant that is a path', signed({ tenant: '../demo-bank' }), 'TOKEN_INVALID'],
      ['of nobody', signed({ sub: undefined }), 'TOKEN_INVALID'],
    ]
    it.each(tokens)('%s', async (_, make, code) => {
      const token = await make()
      const authorization = token.includes(' ') ? token : `Bearer ${token}`
      const { status, headers, body } = await postWith(server(), { authorization })
      expect({ status, codes: codes(body), data: body.data ?? null }).toEqual({
        status: 401,
        codes: [code],
        data: null,
      })
      expect(headers.get('www-authenticate')).toContain('Bearer')
      const file = await server().fetch('/files', {
        method: 'POST',
        body: 'x',
        headers: { authorization },
      })
      expect([file.status, (await file.json()).code]).toEqual([401, code])
    })
  })

  it('a missing scope is refused by name, at every field by itself', async () => {
    const { demo } = server()
    const powerless = { subject: 'guest', roles: [] }
    const answer = await demo.answer(powerless, ORDERS)
    expect(codes(answer)).toEqual(['FORBIDDEN'])
    expect(answer.errors![0]!.message).toContain('orders:read')
    const submit = `mutation { submitOrder(input: {
      type: "supplier-payment", form: {}, idempotencyKey: "never-used"
    }) { __typename } }`
    expect(codes(await demo.answer('checker', submit))).toEqual(['FORBIDDEN'])
    const upload = await demo.send('checker', '/files', { method: 'POST', body: 'x' })
    expect([upload.status, (await upload.json()).code]).toEqual([403, 'FORBIDDEN'])
    // What is refused of a part leaves the rest.
    const serial = await serialOfDemo(demo)
    const part = await demo.answer(
      { subject: 'demo:partner-reader', roles: ['partner'], kind: 'person' },
      'query ($serial: String!) { order(serial: $serial) { serial vouchers { id } } }',
      { serial },
    )
    expect(part.data).toEqual({ order: { serial, vouchers: null } })
    expect(codes(part)).toEqual(['FORBIDDEN'])
  })

  it('an unknown serial is nobody’s, however it is spelled', async () => {
    const { demo } = server()
    for (const serial of ['OA20261123-999999-9', '', "' or 1=1", 'x'.repeat(10_000)]) {
      const answer = await demo.answer('checker', LINEAGE, { serial })
      expect({ data: answer.data, codes: codes(answer) }).toEqual({
        data: { order: null },
        codes: [],
      })
    }
  })

  it('text that no store keeps is refused as such, not as a mistake of ours', async () => {
    const { demo } = server()
    for (const serial of ['a\0b', 'a\ud800']) {
      const answer = await demo.answer('checker', LINEAGE, { serial })
      expect({ data: answer.data, codes: codes(answer) }).toEqual({
        data: { order: null },
        codes: ['TEXT_MALFORMED'],
      })
    }
    expect(server().reported).toEqual([])
  })

  describe('of two tenants', () => {
    it('neither sees anything of the other by any id', async () => {
      const [a, b] = [await server().bank(), await server().bank()]
      const serial = await submit(a, 'supplier-payment', {
        ...supplierPayment(),
        expenseCategory: undefined,
      })
      const order = await untilBooked(a, serial, 2)
      const waiting = await submit(a, 'expense-claim', expenseClaim({ amount: '5000' }))
      const task = await openTask(a, waiting)
      const upload = await a.send('maker', '/files', { method: 'POST', body: 'ID\n' })
      const { hash } = await upload.json() as { hash: string }

      const seen = await b.ask(
        'accountant',
        `query ($serial: String!, $voucher: ID!, $payment: ID!) {
          order(serial: $serial) { serial }
          orders(first: 100) { edges { node { serial } } }
          voucher(id: $voucher) { id }
          vouchers(first: 100, serial: $serial) { edges { node { id } } }
          accounts { id }
          suspenseItems { edges { node { id } } }
          paymentInstruction(id: $payment) { id }
          paymentInstructions(first: 100) { edges { node { id } } }
        }`,
        { serial, voucher: order.vouchers[0].id, payment: order.payments[0].id },
      )
      const none = { edges: [] }
      expect(seen).toEqual({
        order: null,
        orders: none,
        voucher: null,
        vouchers: none,
        accounts: [],
        suspenseItems: none,
        paymentInstruction: null,
        paymentInstructions: none,
      })
      expect(await decide(b, 'checker', task)).toMatchObject({ code: 'TASK_UNKNOWN' })
      const refused = await b.ask(
        'accountant',
        `mutation ($voucher: ID!, $item: ID!, $payment: ID!, $serial: String!) {
          reverseVoucher(input: { idempotencyKey: "tenant-b-1", voucher: $voucher, reason: "x" }) {
            ... on LedgerRefusal { code }
          }
          clearSuspense(input: {
            idempotencyKey: "tenant-b-2", item: $item, subject: "660208", reason: "x"
          }) { ... on LedgerRefusal { code } }
          queryPayment(input: { instruction: $payment }) { ... on PaymentRefusal { code } }
          retryPayment(input: { serial: $serial }) { ... on OrderRefusal { code } }
        }`,
        {
          voucher: order.vouchers[0].id,
          item: order.suspense[0].id,
          payment: order.payments[0].id,
          serial,
        },
      )
      expect(refused).toEqual({
        reverseVoucher: { code: 'VOUCHER_UNKNOWN' },
        clearSuspense: { code: 'SUSPENSE_UNKNOWN' },
        queryPayment: { code: expect.stringMatching(/UNKNOWN|NOT/) },
        retryPayment: { code: 'ORDER_UNKNOWN' },
      })
      expect((await b.send('maker', `/files/${hash}`)).status).toBe(404)
      expect((await a.send('maker', `/files/${hash}`)).status).toBe(200)
      // Nothing of it has changed.
      expect(await untilBooked(a, serial, 2)).toEqual(order)
    })

    it('a partner’s program sees what it brought in and nothing else of its bank', async () => {
      const bank = await server().bank()
      const staff = await submit(bank, 'supplier-payment', supplierPayment())
      const own = await submit(bank, 'supplier-payment', supplierPayment(), 'partner')
      const [theirs, mine] = await Promise.all(
        [staff, own].map((serial) => untilBooked(bank, serial, 2)),
      )
      const { orders, paymentInstructions } = await bank.ask(
        'partner',
        '{ orders { edges { node { serial } } } paymentInstructions { edges { node { id } } } }',
      )
      expect(orders.edges).toEqual([{ node: { serial: own } }])
      expect(paymentInstructions.edges).toEqual([{ node: { id: mine.payments[0].id } }])
      const other = await bank.ask(
        'partner',
        `query ($serial: String!, $id: ID!) {
          order(serial: $serial) { serial payments { id } }
          paymentInstruction(id: $id) { id order { serial status } }
        }`,
        { serial: staff, id: theirs.payments[0].id },
      )
      expect(other).toEqual({ order: null, paymentInstruction: null })
    })
  })
})

onEngine('sqlite', (engine) => {
  const server = sharedServer(engine)

  it('an unknown route is a problem as RFC 9457 has it', async () => {
    for (const path of ['/nothing', '/graphql/x', '/healthz/', '/filesx']) {
      const response = await server().fetch(path)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toEqual({
        type: 'about:blank',
        status: 404,
        title: 'There is nothing here.',
        code: 'NOT_FOUND',
      })
    }
    const response = await server().demo.send('maker', '/files/x', { method: 'DELETE' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it('a file above the limit is refused, whether it says so or not', async () => {
    const small = await openTestServer(engine, { FILE_LIMIT_BYTES: '10' })
    try {
      const bodies: BodyInit[] = ['x'.repeat(11), new Blob(['x'.repeat(11)]).stream()]
      for (const body of bodies) {
        const init = { method: 'POST', body, duplex: 'half' } as RequestInit
        const response = await small.demo.send('maker', '/files', init)
        expect([response.status, (await response.json()).code]).toEqual([413, 'FILE_TOO_LARGE'])
      }
      expect(
        (await small.demo.send('maker', '/files', { method: 'POST', body: 'x'.repeat(10) }))
          .status,
      ).toBe(201)
    } finally {
      await small.close()
    }
  })

  it('a file of two gigabytes is refused by what it says, and its bytes are not waited for', async () => {
    let pulls = 0
    const body = new ReadableStream({
      pull(controller) {
        pulls += 1
        controller.enqueue(new Uint8Array(1 << 16))
      },
    }, { highWaterMark: 0 })
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-length': String(2 ** 31) },
    } as RequestInit
    const response = await server().demo.send('maker', '/files', init)
    expect([response.status, (await response.json()).code]).toEqual([413, 'FILE_TOO_LARGE'])
    expect(pulls).toBeLessThanOrEqual(1)
  })

  describe('when something of ours breaks', () => {
    let broken: TestServer
    let serial: string
    beforeAll(async () => {
      broken = await openTestServer(engine)
      serial = await serialOfDemo(broken.demo)
      const { payments } = broken.server.system.subgraphs
      await payments.store.write(async (tx) => {
        await sql`drop table attempt`.execute(tx)
      })
    })
    afterAll(() => broken.close())

    it('the caller is told a trace id and nothing else, and we are told everything', async () => {
      const answer = await broken.demo.answer('maker', LINEAGE, { serial })
      expect(answer.status).toBe(200)
      const [error] = answer.errors!
      const { traceId } = error!.extensions as { traceId: string }
      expect(error!.extensions).toEqual({ code: 'INTERNAL_ERROR', traceId })
      expect(traceId).toMatch(/^[0-9a-f]{32}$/)
      expect(error!.message).toBe(`Something went wrong here. Trace id ${traceId}.`)
      expect(JSON.stringify(answer)).not.toMatch(
        /attempt\b.*table|select|sqlite|\.ts|\/subgraphs|stack/i,
      )
      // The rest of the answer is there.
      expect(answer.data.order).toMatchObject({ serial, vouchers: [{}, {}], payments: null })
      expect(inspect(broken.reported, { depth: 10 })).toContain('no such table: attempt')
    })
  })
})

/** The serial of the demo supplier payment. */
async function serialOfDemo(demo: Bank): Promise<string> {
  const { orders } = await demo.ask(
    'maker',
    '{ orders(type: "supplier-payment") { edges { node { serial } } } }',
  )
  const { serial } = orders.edges[0].node
  await untilBooked(demo, serial, 2)
  return serial
}
