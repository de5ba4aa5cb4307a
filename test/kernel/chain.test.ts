import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ChainLink,
  extendChain,
  firstBreak,
  GENESIS,
  linkHash,
  rootOf,
  sha256Hex,
} from '../../subgraphs/kernel/chain.ts'
import type { Migration } from '../../subgraphs/kernel/migrate.ts'
import { refuse } from '../../subgraphs/kernel/result.ts'
import type { Store, Tx } from '../../subgraphs/kernel/store.ts'
import { commitStep } from '../../subgraphs/kernel/store/commit-group.ts'
import type { KernelTables } from '../../subgraphs/kernel/tables.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'

interface Tables extends KernelTables {
  record: { link: bigint; place: bigint; text: string }
}

const records: Migration = {
  name: 'record-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('record')
        .addColumn('link', t.int, (c) => c.notNull())
        .addColumn('place', t.int, (c) => c.notNull())
        .addColumn('text', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('record_pk', ['link', 'place']),
    ).execute()
  },
}

async function addRecord(tx: Tx<Tables>, text: string) {
  const place = await extendChain(tx, 'demo', 'book', sha256Hex(text))
  await tx.insertInto('record').values({ link: place.link, place: place.index, text }).execute()
  return place
}

const linksOf = (store: Store<Tables>, tenant = 'demo'): Promise<ChainLink[]> =>
  store.read.selectFrom('chain_link').selectAll().where('tenant_id', '=', tenant).orderBy('seq')
    .execute()

async function leavesOf(store: Store<Tables>): Promise<Map<bigint, string[]>> {
  const rows = await store.read.selectFrom('record').selectAll().orderBy('link').orderBy('place')
    .execute()
  const leaves = new Map<bigint, string[]>()
  for (const row of rows) {
    leaves.set(row.link, [...leaves.get(row.link) ?? [], sha256Hex(row.text)])
  }
  return leaves
}

const later = () => new Promise((resolve) => setTimeout(resolve, 1))

eachEngine((engine) => {
  const open = () => engine.openMigrated<Tables>([records])
  const lane = { lane: 'demo' }

  it('makes one link of all that one commit wrote, and the next link follows it', async () => {
    const store = await open()
    const places = await Promise.all(
      ['a', 'b', 'c'].map((text) => store.write((tx) => addRecord(tx, text), lane)),
    )
    expect(places).toEqual([0n, 1n, 2n].map((index) => ({ link: 1n, index })))
    expect(await store.write((tx) => addRecord(tx, 'd'), lane)).toEqual({ link: 2n, index: 0n })
    const root = rootOf(['a', 'b', 'c'].map(sha256Hex))
    const hash = linkHash(GENESIS, 1n, root)
    const rootOfSecond = rootOf([sha256Hex('d')])
    expect(await linksOf(store)).toEqual([
      {
        tenant_id: 'demo',
        chain: 'book',
        seq: 1n,
        prev_hash: GENESIS,
        root,
        hash,
        leaves: 3n,
      },
      {
        tenant_id: 'demo',
        chain: 'book',
        seq: 2n,
        prev_hash: hash,
        root: rootOfSecond,
        hash: linkHash(hash, 2n, rootOfSecond),
        leaves: 1n,
      },
    ])
  })

  it('holds the records of the units that were kept, and of no other', async () => {
    const store = await open()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        store.write(async (tx) => {
          await addRecord(tx, `r${i}`)
          if (i % 7 === 1) throw new Error('changed my mind')
          if (i % 7 === 2) return refuse('NO', 'Not today.')
          if (i % 7 === 3) await later().then(later).then(later)
          if (i % 7 === 4) void addRecord(tx, `floating ${i}`).catch(() => {})
          if (i % 7 === 5) await addRecord(tx, `second of r${i}`)
          if (i % 7 === 6) {
            // Doomed by a query that failed, although it is caught.
            await tx.insertInto('record').values({ link: 1n, place: -1n, text: null as never })
              .execute().catch(() => {})
          }
          return 'kept'
        }, lane)),
    )
    await later()
    const kept = outcomes.flatMap((o, i) =>
      o.status === 'fulfilled' && o.value === 'kept' ? [`r${i}`] : []
    )
    expect(kept).toEqual(
      Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 7 === 0 || i % 7 === 5)
        .map((i) => `r${i}`),
    )
    const texts = (await store.read.selectFrom('record').select('text').execute())
      .map((row) => row.text)
    expect(texts.filter((text) => text.startsWith('r')).toSorted()).toEqual(kept.toSorted())
    expect(texts.filter((text) => !text.startsWith('r'))).toHaveLength(14)
    const links = await linksOf(store)
    expect(links.reduce((n, link) => n + link.leaves, 0n)).toBe(BigInt(texts.length))
    expect(firstBreak(links, await leavesOf(store))).toBeUndefined()
  })

  it('makes no link of a commit whose every record was rolled back', async () => {
    const store = await open()
    await store.write(async (tx) => {
      await addRecord(tx, 'lost')
      return refuse('NO', 'Not today.')
    }, lane)
    expect(await linksOf(store)).toEqual([])
    expect(await store.write((tx) => addRecord(tx, 'a'), lane)).toEqual({ link: 1n, index: 0n })
  })

  it('keeps the chains of tenants apart', async () => {
    const store = await open()
    await Promise.all(
      ['a', 'b'].map((tenant) =>
        store.write((tx) => extendChain(tx, tenant, 'book', sha256Hex(tenant)), lane)
      ),
    )
    for (const tenant of ['a', 'b']) {
      const links = await linksOf(store, tenant)
      expect(links).toMatchObject([{ seq: 1n, leaves: 1n, prev_hash: GENESIS }])
      expect(firstBreak(links, new Map([[1n, [sha256Hex(tenant)]]]))).toBeUndefined()
    }
  })

  it('takes no leaf of a unit that has ended', async () => {
    const store = await open()
    const leaked = await store.write(async (tx) => {
      await addRecord(tx, 'a')
      return { tx }
    }, lane)
    await expect(extendChain(leaked.tx, 'demo', 'book', sha256Hex('late')))
      .rejects.toMatchObject({ code: 'unit_over' })
    expect(await linksOf(store)).toMatchObject([{ leaves: 1n }])
  })

  it('takes no leaf of a unit that gives up before it writes its record', async () => {
    const store = await open()
    const giveUp = (how: 'throws' | 'refuses') =>
      store.write(async (tx) => {
        await extendChain(tx, 'demo', 'book', sha256Hex(how))
        if (how === 'throws') throw new Error('changed my mind')
        return refuse('NO', 'Not today.')
      }, lane)
    const outcomes = await Promise.allSettled([
      giveUp('throws'),
      store.write((tx) => addRecord(tx, 'a'), lane),
      giveUp('refuses'),
      store.write((tx) => addRecord(tx, 'b'), lane),
      giveUp('throws'),
    ])
    expect(outcomes[1]).toMatchObject({ value: { link: 1n, index: 0n } })
    expect(outcomes[3]).toMatchObject({ value: { link: 1n, index: 1n } })
    expect(await linksOf(store)).toMatchObject([{ leaves: 2n }])
    expect(firstBreak(await linksOf(store), await leavesOf(store))).toBeUndefined()
  })

  it('takes no leaf that its unit did not wait for', async () => {
    const store = await open()
    const [floating] = await Promise.allSettled([
      store.write(async (tx) => {
        void extendChain(tx, 'demo', 'book', sha256Hex('floating')).catch(() => {})
      }, lane),
      store.write((tx) => addRecord(tx, 'a'), lane),
    ])
    expect(floating).toMatchObject({ reason: { code: 'floating' } })
    expect(await linksOf(store)).toMatchObject([{ leaves: 1n }])
    expect(firstBreak(await linksOf(store), await leavesOf(store))).toBeUndefined()
  })

  it('a handle that belongs to no unit is refused', async () => {
    const store = await open()
    expect(() => commitStep(store.read, 'x', () => ({} as never))).toThrow(
      'not the handle of a unit',
    )
  })

  it('its links are append-only', async () => {
    const store = await open()
    await store.write((tx) => addRecord(tx, 'a'), lane)
    for (
      const tamper of [
        (tx: Tx<Tables>): Promise<unknown> =>
          tx.updateTable('chain_link').set({ root: GENESIS }).execute(),
        (tx: Tx<Tables>): Promise<unknown> => tx.deleteFrom('chain_link').execute(),
      ]
    ) await expect(store.write(tamper)).rejects.toMatchObject({ code: 'append_only' })
  })
})

onEngine('postgres', (engine) => {
  it('takes no leaf of a stalled unit that goes on while its group is under way', async () => {
    const store = await engine.openMigrated<Tables>([records])
    const codes: string[] = []
    const late: Promise<void>[] = []
    const outcomes = await Promise.allSettled([
      store.write((tx) => addRecord(tx, 'a'), { lane: 'x' }),
      store.write((tx) => {
        const going = (async () => {
          for (let i = 0; i < 40; i++) {
            await later()
            await extendChain(tx, 'demo', 'book', sha256Hex('late'))
              .catch((error: { code: string }) => codes.push(error.code))
          }
        })()
        late.push(going)
        return going
      }, { lane: 'x' }),
      ...Array.from(
        { length: 30 },
        (_, i) => store.write((tx) => addRecord(tx, `b${i}`), { lane: 'x' }),
      ),
    ])
    await Promise.all(late)
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'stalled' } })
    expect(new Set(codes)).toEqual(new Set(['unit_over']))
    const links = await linksOf(store)
    expect(links.reduce((n, link) => n + link.leaves, 0n)).toBe(31n)
    expect(firstBreak(links, await leavesOf(store))).toBeUndefined()
  })

  it('of two processes that write it at once stays whole', async () => {
    const url = await engine.freshUrl()
    const stores = [
      await engine.openMigrated<Tables>([records], url),
      await engine.openMigrated<Tables>([records], url),
    ]
    await Promise.all(
      Array.from(
        { length: 20 },
        (_, i) => stores[i % 2]!.write((tx) => addRecord(tx, `r${i}`), { lane: 'demo' }),
      ),
    )
    const links = await linksOf(stores[0]!)
    expect(links.reduce((n, link) => n + link.leaves, 0n)).toBe(20n)
    expect(firstBreak(links, await leavesOf(stores[0]!))).toBeUndefined()
  })
})

describe('firstBreak', () => {
  /** A sound chain of links with these leaves. */
  function chainOf(leaves: readonly (readonly string[])[]) {
    let prev = GENESIS
    const links = leaves.map((of, i): ChainLink => {
      const seq = BigInt(i + 1)
      const root = rootOf(of)
      const hash = linkHash(prev, seq, root)
      const link = {
        tenant_id: 'demo',
        chain: 'book',
        seq,
        prev_hash: prev,
        root,
        hash,
        leaves: BigInt(of.length),
      }
      prev = hash
      return link
    })
    return { links, leaves: new Map(leaves.map((of, i) => [BigInt(i + 1), [...of]])) }
  }

  const chain = fc.array(
    fc.array(fc.string().map(sha256Hex), { minLength: 1, maxLength: 4 }),
    { minLength: 1, maxLength: 6 },
  ).map(chainOf)
  const place = fc.nat()

  it('finds nothing in a sound chain', () => {
    fc.assert(fc.property(chain, ({ links, leaves }) => {
      expect(firstBreak(links, leaves)).toBeUndefined()
    }))
    expect(firstBreak([], new Map())).toBeUndefined()
  })

  const other = sha256Hex('something else')

  it.each<[keyof ChainLink, (link: ChainLink) => ChainLink]>([
    ['seq', (link) => ({ ...link, seq: link.seq + 100n })],
    ['prev_hash', (link) => ({ ...link, prev_hash: other })],
    ['root', (link) => ({ ...link, root: other })],
    ['hash', (link) => ({ ...link, hash: other })],
    ['leaves', (link) => ({ ...link, leaves: link.leaves + 1n })],
  ])('names the link whose %s was changed', (_, tamper) => {
    fc.assert(fc.property(chain, place, ({ links, leaves }, at) => {
      const i = at % links.length
      const tampered = links.with(i, tamper(links[i]!))
      expect(firstBreak(tampered, leaves)?.seq).toBe(BigInt(i + 1))
    }))
  })

  it('names the next link when a link was changed and its hash made to fit', () => {
    fc.assert(fc.property(chain, place, ({ links, leaves }, at) => {
      fc.pre(links.length > 1)
      const i = at % (links.length - 1)
      const forged = [...leaves.get(BigInt(i + 1))!.slice(1), other]
      const link = links[i]!
      const root = rootOf(forged)
      const tampered = links.with(i, {
        ...link,
        root,
        hash: linkHash(link.prev_hash, link.seq, root),
      })
      expect(firstBreak(tampered, new Map(leaves).set(BigInt(i + 1), forged)))
        .toEqual({ seq: BigInt(i + 2), what: 'link does not follow the one before' })
    }))
  })

  it('names the link whose record was changed, removed, added or moved', () => {
    fc.assert(fc.property(chain, place, place, ({ links, leaves }, at, which) => {
      const seq = BigInt(1 + at % links.length)
      const own = leaves.get(seq)!
      const tampered = [
        own.with(which % own.length, other),
        own.toSpliced(which % own.length, 1),
        [...own, other],
        ...(new Set(own).size > 1 ? [own.toReversed()] : []),
      ]
      for (const forged of tampered) {
        if (forged.join() === own.join()) continue
        expect(firstBreak(links, new Map(leaves).set(seq, forged))?.seq).toBe(seq)
      }
    }))
  })

  it('names a link that was removed, and records that belong to no link', () => {
    fc.assert(fc.property(chain, place, ({ links, leaves }, at) => {
      const i = at % links.length
      expect(firstBreak(links.toSpliced(i, 1), leaves)?.seq).toBe(BigInt(i + 1))
      for (const seq of [0n, -1n, BigInt(links.length + 1)]) {
        expect(firstBreak(links, new Map(leaves).set(seq, [other])))
          .toEqual({ seq, what: 'link is missing' })
      }
    }))
  })
})
