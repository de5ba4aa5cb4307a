import { GraphQLError } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readKey, replayed, replyToKeep, TOO_LARGE } from '../../../gateway/door/idempotency/key.ts'
import { type IdempotencyStore, processKeys } from '../../../gateway/door/idempotency/store.ts'
import { openDoorStore, sharedKeys } from '../../../gateway/door/store.ts'
import { eachEngine } from '../../rig/engines.ts'
import { actor } from '../../support/actors.ts'
import { type DoorOptions, openDoor } from '../../support/door.ts'
import { refusal } from '../../support/rig.ts'

const NOW = Date.parse('2026-11-23T04:00:00.000Z')
const ID = { tenant: 'bank', subject: 'maker', key: 'key-0001' }
const attempt = (owner: string, ms = 0, hash = 'body') => ({
  hash,
  owner,
  nowMs: NOW + ms,
  untilMs: NOW + ms + 60_000,
  goneMs: NOW + ms + 3_600_000,
})

describe('the header', () => {
  it.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e', '8e03978e'],
    ['!#~[]{}:', '!#~[]{}:'],
  ])('%s is the key %s', (header, key) => {
    expect(readKey(header)).toEqual({ ok: true, value: key })
  })

  it.each([
    '',
    'short',
    '"unfinished',
    'in "quotes" within',
    'back\\slash',
    'spa ces 1',
    'ключключ',
    'x'.repeat(256),
  ])(
    '%j is refused',
    (header) => expect(refusal(readKey(header))).toBe('IDEMPOTENCY_KEY_MALFORMED'),
  )

  it('may be absent', () => {
    expect(readKey(null)).toEqual({ ok: true, value: undefined })
  })
})

describe('a reply', () => {
  const error = (code: string) =>
    new GraphQLError('no', { path: ['pay'], extensions: { code, http: { status: 400 } } })

  it('is kept with its refusals, without what is for HTTP alone', () => {
    const kept = replyToKeep({ data: { pay: null }, errors: [error('FORBIDDEN')] }, 1_000)
    expect(JSON.parse(kept!)).toEqual({
      data: { pay: null },
      errors: [{ message: 'no', path: ['pay'], extensions: { code: 'FORBIDDEN' } }],
    })
    expect(replayed(kept!)).toMatchObject({
      data: { pay: null },
      extensions: { http: { headers: { 'idempotency-replayed': 'true' } } },
    })
  })

  it('is not kept when nothing was executed, or something broke', () => {
    expect(replyToKeep({ errors: [error('X')] }, 1_000)).toBeUndefined()
    expect(replyToKeep({ data: null, errors: [error('INTERNAL_ERROR')] }, 1_000)).toBeUndefined()
  })

  it('leaves only a mark when it is too large, counted in bytes', () => {
    const data = { text: '汇'.repeat(100) }
    expect(replyToKeep({ data }, 300)).toBe(TOO_LARGE)
    expect(replyToKeep({ data }, 330)).not.toBe(TOO_LARGE)
  })
})

/** The contract of every store. */
function keepsKeys(open: () => Promise<IdempotencyStore> | IdempotencyStore) {
  it('holds a key while its request is under way, and then its reply', async () => {
    const store = await open()
    expect(await store.begin(ID, attempt('one'))).toEqual({ kind: 'begun' })
    expect(await store.begin(ID, attempt('two', 10))).toEqual({ kind: 'under-way' })
    await store.finish(ID, 'one', '{"data":1}')
    expect(await store.begin(ID, attempt('three', 20))).toEqual({
      kind: 'done',
      reply: '{"data":1}',
    })
  })

  it('tells another body from the same, under way and after', async () => {
    const store = await open()
    await store.begin(ID, attempt('one'))
    expect(await store.begin(ID, attempt('two', 10, 'other'))).toEqual({ kind: 'reused' })
    await store.finish(ID, 'one', '{}')
    expect(await store.begin(ID, attempt('three', 20, 'other'))).toEqual({ kind: 'reused' })
  })

  it('keeps callers and tenants apart', async () => {
    const store = await open()
    await store.begin(ID, attempt('one'))
    for (const other of [{ tenant: 'other' }, { subject: 'other' }, { key: 'key-0002' }]) {
      expect(await store.begin({ ...ID, ...other }, attempt('two', 0, 'x'))).toEqual(
        { kind: 'begun' },
      )
    }
  })

  it('gives a key back', async () => {
    const store = await open()
    await store.begin(ID, attempt('one'))
    await store.release(ID, 'one')
    expect(await store.begin(ID, attempt('two', 1, 'other'))).toEqual({ kind: 'begun' })
  })

  it('takes a request for dead after its time, and believes nothing that it says later', async () => {
    const store = await open()
    await store.begin(ID, attempt('dead'))
    expect(await store.begin(ID, attempt('two', 59_999))).toEqual({ kind: 'under-way' })
    expect(await store.begin(ID, attempt('three', 60_000, 'other'))).toEqual({ kind: 'reused' })
    expect(await store.begin(ID, attempt('four', 60_000))).toEqual({ kind: 'begun' })
    await store.finish(ID, 'dead', '"late"')
    await store.release(ID, 'dead')
    expect(await store.begin(ID, attempt('five', 60_001))).toEqual({ kind: 'under-way' })
    await store.finish(ID, 'four', '"four"')
    await store.release(ID, 'four')
    expect(await store.begin(ID, attempt('six', 60_002))).toEqual({ kind: 'done', reply: '"four"' })
  })

  it('forgets a key in the end', async () => {
    const store = await open()
    await store.begin(ID, attempt('one'))
    await store.finish(ID, 'one', '{}')
    const late = attempt('two', 3_600_000, 'other')
    expect(await store.begin(ID, late)).toEqual({ kind: 'begun' })
  })

  it('lets one of many at once begin', async () => {
    const store = await open()
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.begin(ID, attempt(`owner${i}`))),
    )
    expect(all.filter(({ kind }) => kind === 'begun')).toHaveLength(1)
    expect(all.filter(({ kind }) => kind === 'under-way')).toHaveLength(19)
  })
}

describe('keys of one process', () => {
  keepsKeys(() => processKeys(1_000))

  it('are bounded: those with a reply make room, those under way do not', async () => {
    const store = processKeys(2)
    const id = (key: string) => ({ ...ID, key })
    await store.begin(id('a'), attempt('a'))
    await store.begin(id('b'), attempt('b'))
    expect(await store.begin(id('c'), attempt('c'))).toEqual({ kind: 'exhausted' })
    await store.finish(id('b'), 'b', '{}')
    expect(await store.begin(id('c'), attempt('c'))).toEqual({ kind: 'begun' })
    expect(await store.begin(id('a'), attempt('x'))).toEqual({ kind: 'under-way' })
    expect(store.size).toBe(2)
  })
})

eachEngine((engine) => {
  describe('keys that processes share', () => {
    const open = async (url?: string, keys = 1_000) => {
      const store = await openDoorStore(url ?? await engine.freshUrl())
      onTestFinished(() => store.close())
      return { store, keys: sharedKeys(store, keys) }
    }
    keepsKeys(async () => (await open()).keys)

    it('are there after a restart', async () => {
      const url = await engine.freshUrl()
      const first = await openDoorStore(url)
      const keys = sharedKeys(first, 10)
      await keys.begin(ID, attempt('one'))
      await keys.finish(ID, 'one', '{"data":"\\u0000 汇"}')
      await first.close()
      expect(await (await open(url)).keys.begin(ID, attempt('two', 1))).toEqual(
        { kind: 'done', reply: '{"data":"\\u0000 汇"}' },
      )
    })

    it('are bounded per caller, and go when they have expired', async () => {
      const { store, keys } = await open(undefined, 2)
      const id = (key: string, subject = 'maker') => ({ ...ID, key, subject })
      for (const key of ['a', 'b']) await keys.begin(id(key), attempt(key))
      expect(await keys.begin(id('c'), attempt('c'))).toEqual({ kind: 'exhausted' })
      expect(await keys.begin(id('c', 'other'), attempt('c'))).toEqual({ kind: 'begun' })
      expect(await keys.begin(id('c'), attempt('c', 3_600_000))).toEqual({ kind: 'begun' })
      // The first of a store sweeps.
      await sharedKeys(store, 2).begin(id('d', 'other'), attempt('d', 3_600_000))
      const rows = await store.read.selectFrom('idempotency_key').select('key').orderBy('key')
        .execute()
      expect(rows.map(({ key }) => key)).toEqual(['c', 'd'])
    })
  })
})

describe('a mutation with a key', () => {
  const PAY = 'mutation ($amount: Int!) { pay(amount: $amount) { serial } }'
  const people = { maker: actor('bank', 'maker'), other: actor('other-bank', 'maker') }
  const key = (name: string) => ({ 'idempotency-key': name })

  async function bank(options: DoorOptions = {}) {
    const paid: number[] = []
    let hold: Promise<void> | undefined
    const door = await openDoor({
      actors: people,
      rootValue: {
        async pay({ amount }: { amount: number }) {
          await hold
          paid.push(amount)
          return { serial: paid.length }
        },
        fail() {
          throw new Error('broken')
        },
        write: () => 'x'.repeat(2_000),
      },
      ...options,
    })
    const pay = async (name: string | undefined, amount = 1, as = 'maker') =>
      await door.post(
        { query: PAY, variables: { amount } },
        as,
        name === undefined ? {} : key(name),
      )
    return { door, paid, pay, holdUntil: (until: Promise<void>) => void (hold = until) }
  }

  it('is executed once and answered the same', async () => {
    const { pay, paid } = await bank()
    const [first, again] = [await pay('order-001'), await pay('"order-001"')]
    expect(first.body.data).toEqual({ pay: { serial: 1 } })
    expect(again.body).toEqual(first.body)
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed')))
      .toEqual([null, 'true'])
    expect(again.body.extensions.cost).toEqual({ estimated: 11, limit: 20_000 })
    expect(paid).toEqual([1])
    expect((await pay('order-002')).body.data).toEqual({ pay: { serial: 2 } })
    expect((await pay(undefined)).body.data).toEqual({ pay: { serial: 3 } })
  })

  it('is another bank’s own, under the same key', async () => {
    const { pay, paid } = await bank()
    await pay('order-001', 5)
    expect((await pay('order-001', 7, 'other')).body.data).toEqual({ pay: { serial: 2 } })
    expect(paid).toEqual([5, 7])
  })

  it('is refused under the key of another', async () => {
    const { pay, paid } = await bank()
    await pay('order-001', 1)
    const reused = await pay('order-001', 2)
    expect([reused.status, reused.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
    expect(paid).toEqual([1])
  })

  it('is refused while the first is under way', async () => {
    const { pay, paid, holdUntil } = await bank()
    let letGo: () => void = () => {}
    holdUntil(new Promise((resolve) => letGo = resolve))
    const first = pay('order-001')
    await new Promise((resolve) => setTimeout(resolve, 20))
    const second = await pay('order-001')
    expect([second.status, second.code, second.headers.get('retry-after')])
      .toEqual([409, 'IDEMPOTENCY_IN_PROGRESS', '1'])
    letGo()
    expect((await first).body.data).toEqual({ pay: { serial: 1 } })
    expect(paid).toEqual([1])
  })

  it('can be tried again when nothing was executed, or something broke', async () => {
    const reported: unknown[] = []
    const { door, pay, paid } = await bank({ report: (error) => void reported.push(error) })
    const invalid = { query: PAY, variables: { amount: 'much' } }
    expect((await door.post(invalid, 'maker', key('order-001'))).body.data).toBeUndefined()
    for (let i = 0; i < 2; i++) {
      const failed = await door.post(
        { query: 'mutation { fail { serial } }' },
        'maker',
        key('fail-001'),
      )
      expect(failed.code).toBe('INTERNAL_ERROR')
      expect(failed.headers.get('idempotency-replayed')).toBeNull()
    }
    expect(door.executed()).toBe(3)
    expect((await pay('order-001')).body.data).toEqual({ pay: { serial: 1 } })
    expect(paid).toEqual([1])
  })

  it('says so when its reply was too large to keep', async () => {
    const { door } = await bank({
      settings: { idempotency: { store: 'process', replyBytes: 1_024 } },
    })
    const write = async () =>
      await door.post({ query: 'mutation { write(text: "a") }' }, 'maker', key('write-001'))
    expect((await write()).status).toBe(200)
    const again = await write()
    expect([again.status, again.code]).toEqual([409, 'IDEMPOTENCY_REPLY_GONE'])
    expect(door.executed()).toBe(1)
  })

  it('needs one where that is configured, and a good one', async () => {
    const { door, pay } = await bank({
      settings: { idempotency: { store: 'process', required: true } },
    })
    const none = await pay(undefined)
    expect([none.status, none.code]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING'])
    expect((await pay('short')).code).toBe('IDEMPOTENCY_KEY_MALFORMED')
    expect((await door.post({ query: '{ hello }' }, 'maker')).code).toBeUndefined()
  })

  it('is one mutation that is answered at once', async () => {
    const { door } = await bank()
    const batch = await door.post(
      [{ query: 'mutation { write(text: "a") }' }],
      'maker',
      key('batch-001'),
    )
    expect(batch.code).toBe('IDEMPOTENCY_UNSUPPORTED')
    const deferred = await door.post(
      { query: 'mutation { pay(amount: 1) { ... @defer { serial } } }' },
      'maker',
      key('defer-001'),
    )
    expect([deferred.status, deferred.code]).toEqual([400, 'IDEMPOTENCY_UNSUPPORTED'])
    expect(door.executed()).toBe(0)
  })

  it('is refused when there is no room for its key', async () => {
    const { pay, holdUntil } = await bank({
      settings: { idempotency: { store: 'process', keys: 1 } },
    })
    let letGo: () => void = () => {}
    holdUntil(new Promise((resolve) => letGo = resolve))
    const first = pay('order-001')
    await new Promise((resolve) => setTimeout(resolve, 20))
    const second = await pay('order-002')
    expect([second.status, second.code]).toEqual([429, 'IDEMPOTENCY_KEYS_EXHAUSTED'])
    letGo()
    await first
  })

  it('is refused while keys cannot be kept, rather than executed twice', async () => {
    const reported: unknown[] = []
    const gone = { dialect: 'sqlite', write: () => Promise.reject(new Error('down')) }
    const { pay, paid } = await bank({
      settings: { idempotency: { store: 'shared' } },
      store: gone as never,
      report: (error) => void reported.push(error),
    })
    const refused = await pay('order-001')
    expect([refused.status, refused.code]).toEqual([503, 'IDEMPOTENCY_UNAVAILABLE'])
    expect(paid).toEqual([])
    expect(reported).toHaveLength(1)
    expect((await pay(undefined)).body.data).toEqual({ pay: { serial: 1 } })
  })

  it('keeps no keys for nobody', async () => {
    const { pay, paid } = await bank()
    await pay('order-001', 1, 'nobody')
    await pay('order-001', 2, 'nobody')
    expect(paid).toEqual([1, 2])
  })
})
