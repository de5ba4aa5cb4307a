import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_FRONT_DOOR, type RatePolicy } from '../../../gateway/door/config.ts'
import { inBlocks } from '../../../gateway/door/rate/blocks.ts'
import { clientAddress } from '../../../gateway/door/rate/client-address.ts'
import { takeUnits } from '../../../gateway/door/rate/gcra.ts'
import { policiesFor, rateHeaders, takesOf } from '../../../gateway/door/rate/policy.ts'
import { rateLimit } from '../../../gateway/door/rate/rate-limit.ts'
import { processRates, type RateStore, type Take } from '../../../gateway/door/rate/store.ts'
import { openDoorStore, sharedRates } from '../../../gateway/door/store.ts'
import { eachEngine } from '../../rig/engines.ts'
import { actor, partnerApp } from '../../support/actors.ts'
import { onTestFinished } from 'vitest'

const NOW = Date.parse('2026-11-23T04:00:00.000Z')
const QUOTA = { units: 10, windowMs: 10_000 }
const take = (units: number, key = 'a', quota = QUOTA, tenant = 'bank'): Take => ({
  tenant,
  key,
  quota,
  units,
})

describe('a bucket', () => {
  it('gives what it holds and then what flows back', () => {
    let fullAtMs = 0
    const at = (ms: number, units: number) => {
      const decision = takeUnits(fullAtMs, NOW + ms, units, QUOTA)
      fullAtMs = decision.fullAtMs
      return [decision.allowed, decision.remaining, decision.retryMs]
    }
    expect(at(0, 4)).toEqual([true, 6, 0])
    expect(at(0, 6)).toEqual([true, 0, 0])
    expect(at(0, 1)).toEqual([false, 0, 1_000])
    expect(at(0, 3)).toEqual([false, 0, 3_000])
    expect(at(2_500, 3)).toEqual([false, 2, 500])
    expect(at(3_000, 3)).toEqual([true, 0, 0])
    expect(at(60_000, 0)).toEqual([true, 10, 0])
  })

  it('lets a request that is dearer than itself wait until it is full', () => {
    const full = takeUnits(0, NOW, 1_000, QUOTA)
    expect(full).toMatchObject({ allowed: true, remaining: 0 })
    expect(takeUnits(full.fullAtMs, NOW + 9_999, 1_000, QUOTA).allowed).toBe(false)
    expect(takeUnits(full.fullAtMs, NOW + 10_000, 1_000, QUOTA).allowed).toBe(true)
  })

  it('never gives more in any time than the quota and what flowed back, and says when to return', () => {
    const step = fc.record({ afterMs: fc.nat(5_000), units: fc.integer({ min: 1, max: 12 }) })
    fc.assert(fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 100, max: 60_000 }),
      (steps, units, windowMs) => {
        const quota = { units, windowMs }
        let [fullAtMs, nowMs, given] = [0, NOW, 0]
        for (const { afterMs, units: wanted } of steps) {
          nowMs += afterMs
          const decision = takeUnits(fullAtMs, nowMs, wanted, quota)
          if (decision.allowed) given += Math.min(wanted, units)
          else {
            expect(decision.fullAtMs).toBe(fullAtMs)
            const later = nowMs + decision.retryMs
            expect(takeUnits(fullAtMs, later, wanted, quota).allowed).toBe(true)
          }
          fullAtMs = decision.fullAtMs
          expect(given).toBeLessThanOrEqual(units + (nowMs - NOW) / windowMs * units + 1e-3)
        }
      },
    ))
  })
})

/** The contract of every store. */
function keepsBuckets(open: () => Promise<RateStore> | RateStore) {
  const allowed = async (store: RateStore, takes: readonly Take[], ms = 0) =>
    (await store.take(takes, NOW + ms)).map((decision) => decision.allowed)

  it('counts each caller of each tenant apart', async () => {
    const store = await open()
    expect(await allowed(store, [take(10)])).toEqual([true])
    expect(await allowed(store, [take(1)])).toEqual([false])
    expect(await allowed(store, [take(1, 'b')])).toEqual([true])
    expect(await allowed(store, [take(1, 'a', QUOTA, 'other')])).toEqual([true])
    expect(await allowed(store, [take(1)], 1_000)).toEqual([true])
  })

  it('takes from all buckets or from none', async () => {
    const store = await open()
    expect(await allowed(store, [take(10, 'b')])).toEqual([true])
    expect(await allowed(store, [take(9, 'a'), take(1, 'b')])).toEqual([true, false])
    expect(await allowed(store, [take(10, 'a')])).toEqual([true])
  })

  it('lets no two requests at once have the same unit', async () => {
    const store = await open()
    const all = await Promise.all(Array.from({ length: 30 }, () => store.take([take(1)], NOW)))
    expect(all.filter(([decision]) => decision!.allowed)).toHaveLength(10)
  })
}

describe('buckets of one process', () => {
  keepsBuckets(() => processRates(1_000))

  it('are bounded: full ones go first, then those used longest ago', () => {
    const store = processRates(3)
    void store.take([take(1, 'full')], NOW)
    void store.take([take(10, 'old')], NOW + 5_000)
    void store.take([take(10, 'new')], NOW + 5_000)
    void store.take([take(1, 'fourth')], NOW + 6_000)
    expect(store.size).toBe(3)
    const still = (key: string) =>
      (store.take([take(10, key)], NOW + 6_000) as { allowed: boolean }[])[0]!.allowed
    expect(still('old')).toBe(false)
    expect(still('new')).toBe(false)
    for (let i = 0; i < 50; i++) void store.take([take(5, `flood${i}`)], NOW + 6_000)
    expect(store.size).toBe(3)
  })
})

eachEngine((engine) => {
  describe('buckets that processes share', () => {
    const open = async (url?: string) => {
      const store = await openDoorStore(url ?? await engine.freshUrl())
      onTestFinished(() => store.close())
      return store
    }
    keepsBuckets(async () => sharedRates(await open()))

    it('are there after a restart, and go once they are full', async () => {
      const url = await engine.freshUrl()
      const first = await openDoorStore(url)
      await sharedRates(first).take([take(10), take(1, 'soon')], NOW)
      await first.close()
      const store = await open(url)
      const [decision] = await sharedRates(store).take([take(1)], NOW)
      expect(decision!.allowed).toBe(false)
      // The first take of a store sweeps.
      await sharedRates(store).take([take(1, 'other')], NOW + 5_000)
      const rows = await store.read.selectFrom('rate_bucket').select('key').orderBy('key').execute()
      expect(rows.map(({ key }) => key)).toEqual(['a', 'other'])
    })
  })
})

describe('units in blocks', () => {
  function counted(store: RateStore) {
    const seen = { calls: 0 }
    const counting: RateStore = {
      take(...args) {
        seen.calls += 1
        return store.take(...args)
      },
    }
    return { seen, counting }
  }
  const big = { units: 1_000, windowMs: 60_000 }

  it('spare the shared store most requests, and give no more than it has', async () => {
    const { seen, counting } = counted(processRates(100))
    const store = inBlocks(counting, 50, 100)
    let given = 0
    for (let i = 0; i < 1_200; i++) {
      const [decision] = await store.take([take(1, 'a', big)], NOW)
      if (decision!.allowed) given += 1
    }
    expect(given).toBe(1_000)
    expect(seen.calls).toBeLessThan(1_000 / 50 + 2 * 200 + 10)
  })

  it('are not larger than a tenth of a quota, so that one process does not starve another', async () => {
    const shared = processRates(100)
    const [one, other] = [inBlocks(shared, 500, 100), inBlocks(shared, 500, 100)]
    await one.take([take(1)], NOW)
    const [decision] = await other.take([take(9)], NOW)
    expect(decision!.allowed).toBe(true)
  })

  it('are forgotten when nobody used them for a window', async () => {
    const { seen, counting } = counted(processRates(100))
    const store = inBlocks(counting, 50, 100)
    await store.take([take(1, 'a', big)], NOW)
    await store.take([take(1, 'a', big)], NOW + 1)
    expect(seen.calls).toBe(1)
    await store.take([take(1, 'a', big)], NOW + 60_001)
    expect(seen.calls).toBe(2)
  })
})

describe('policies', () => {
  const policies: RatePolicy[] = [
    { name: 'bulk', callers: 'app', clients: ['acme'], units: 9, windowSeconds: 60 },
    { name: 'app', callers: 'app', units: 5, windowSeconds: 60 },
    { name: 'nobody', callers: 'anonymous', units: 1, windowSeconds: 60 },
    { name: 'money', callers: 'all', scope: 'payments:operate', units: 2, windowSeconds: 60 },
  ]
  const names = (who: ReturnType<typeof actor> | undefined, ...scopes: string[]) =>
    policiesFor(policies, { actor: who, address: undefined }, new Set(scopes))
      .map(({ name }) => name)

  it('are the first that fits the caller, and those of the scopes that are needed', () => {
    expect(names(partnerApp('bank', 'acme'))).toEqual(['bulk'])
    expect(names(partnerApp('bank', 'other'))).toEqual(['app'])
    expect(names(undefined)).toEqual(['nobody'])
    expect(names(actor('bank', 'maker'))).toEqual([])
    expect(names(actor('bank', 'maker'), 'payments:operate')).toEqual(['money'])
    expect(names(partnerApp('bank', 'acme'), 'payments:operate', 'x')).toEqual(['bulk', 'money'])
  })

  it('are buckets per caller, and callers without a token are told apart by address', () => {
    const key = (who: ReturnType<typeof actor> | undefined, address?: string) =>
      takesOf([policies[1]!], { actor: who, address }, 3)[0]
    expect(key(actor('bank', 'maker'))).toMatchObject(
      { tenant: 'bank', key: 'app maker', units: 3, quota: { units: 5, windowMs: 60_000 } },
    )
    expect(key(undefined, '192.0.2.1')).toMatchObject({ tenant: '', key: 'app address 192.0.2.1' })
    expect(key(undefined)?.key).toBe('app address unknown')
  })

  it('are told as the draft has it', () => {
    const decisions = [
      { allowed: true, fullAtMs: NOW + 1_500, remaining: 4, retryMs: 0 },
      { allowed: false, fullAtMs: NOW + 60_000, remaining: 0, retryMs: 29_001 },
    ]
    expect(rateHeaders([policies[1]!, policies[3]!], decisions, NOW)).toEqual({
      'ratelimit-policy': '"app";q=5;w=60, "money";q=2;w=60',
      'ratelimit': '"app";r=4;t=2, "money";r=0;t=60',
      'retry-after': '30',
    })
    expect(rateHeaders([policies[1]!], [decisions[0]!], NOW)).not.toHaveProperty('retry-after')
  })
})

describe('the address of a client', () => {
  const of = (forwarded: string | undefined, peer: string | undefined, proxies: number) =>
    clientAddress(
      new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
      peer,
      proxies,
    )

  it.each([
    [undefined, '192.0.2.1', 0, '192.0.2.1'],
    // Without a proxy of ours the header is the client's own invention.
    ['198.51.100.7', '192.0.2.1', 0, '192.0.2.1'],
    ['198.51.100.7', '10.0.0.1', 1, '198.51.100.7'],
    ['203.0.113.9, 198.51.100.7', '10.0.0.1', 1, '198.51.100.7'],
    ['6.6.6.6, 203.0.113.9, 198.51.100.7', '10.0.0.1', 2, '203.0.113.9'],
    ['198.51.100.7:4711', '10.0.0.1', 1, '198.51.100.7'],
    ['', '10.0.0.1', 1, undefined],
    [undefined, '10.0.0.1', 1, undefined],
    ['198.51.100.7', '10.0.0.1', 2, undefined],
    [undefined, undefined, 0, undefined],
    [undefined, '2001:db8:1:2:3:4:5:6', 0, '2001:db8:1:2::/64'],
    [undefined, '2001:db8:1:2:ffff::9', 0, '2001:db8:1:2::/64'],
    [undefined, '[2001:db8::1]:443', 0, '2001:db8:0:0::/64'],
    [undefined, '::1', 0, '0:0:0:0::/64'],
    [undefined, '::ffff:192.0.2.1', 0, '192.0.2.1'],
    [undefined, 'fe80::1%eth0', 0, 'fe80:0:0:0::/64'],
  ])('%j from %j behind %i proxies is %j', (forwarded, peer, proxies, expected) => {
    expect(of(forwarded, peer, proxies)).toBe(expected)
  })

  it('is never longer than an address', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect((of(undefined, text, 0) ?? '').length).toBeLessThanOrEqual(64)
    }))
  })
})

describe('while the shared store fails', () => {
  const request = new Request('http://127.0.0.1/graphql')
  const failing: RateStore = { take: () => Promise.reject(new Error('down')) }
  const open = (whenStoreFails: 'open' | 'closed') => {
    const reported: unknown[] = []
    const policies = [{ name: 'all', callers: 'all', units: 2, windowSeconds: 60 }] as const
    const limit = rateLimit({ ...DEFAULT_FRONT_DOOR.rate, policies, whenStoreFails }, {
      store: failing,
      peerAddress: () => undefined,
      nowMs: () => NOW,
      report: (error) => void reported.push(error),
    })
    const once = async () => {
      const taken = await limit.take(request, actor('bank', 'maker'), undefined, new Set())
      return taken.ok ? 'ok' : taken.refusal.code
    }
    return { once, reported }
  }

  it('each process counts for itself', async () => {
    const { once, reported } = open('open')
    expect([await once(), await once(), await once()]).toEqual(['ok', 'ok', 'RATE_LIMITED'])
    expect(reported).toHaveLength(3)
  })

  it('or everything is refused, as configured', async () => {
    const { once, reported } = open('closed')
    expect(await once()).toBe('RATE_STORE_UNAVAILABLE')
    expect(reported).toHaveLength(1)
  })
})
