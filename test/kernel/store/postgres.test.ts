import { sql } from 'kysely'
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { openStore, type Store } from '../../../subgraphs/kernel/store.ts'
import { onEngine } from '../../rig/engines.ts'

onEngine('postgres', (engine) => {
  const open = async (url?: string) => {
    const store = await engine.open<unknown>(url)
    await store.write(async (tx) => {
      await sql`create table if not exists counter (id text primary key, n bigint not null)`
        .execute(tx)
      await sql`insert into counter values ('a', 0) on conflict do nothing`.execute(tx)
    })
    return store
  }

  const increment = (store: Store<unknown>, opts?: { lane: string }) =>
    store.write(async (tx) => {
      const { rows } = await sql<{ n: bigint }>`select n from counter where id = 'a'`.execute(tx)
      await sql`update counter set n = ${rows[0]!.n + 1n} where id = 'a'`.execute(tx)
    }, opts)

  const total = async (store: Store<unknown>) =>
    (await sql<{ n: bigint }>`select n from counter where id = 'a'`.execute(store.read)).rows[0]!.n

  it('units that conflict are run again until each has its effect', async () => {
    const store = await open()
    let runs = 0
    await Promise.all(Array.from({ length: 20 }, () =>
      store.write(async (tx) => {
        runs++
        const { rows } = await sql<{ n: bigint }>`select n from counter where id = 'a'`.execute(tx)
        await sql`update counter set n = ${rows[0]!.n + 1n} where id = 'a'`.execute(tx)
      })))
    expect(await total(store)).toBe(20n)
    // Eight connections that all read before they write cannot have gone without a conflict.
    expect(runs).toBeGreaterThan(20)
  })

  it('units of two processes that conflict are run again as well', async () => {
    const url = await engine.freshUrl()
    const [one, two] = [await open(url), await open(url)]
    await Promise.all(
      Array.from({ length: 10 }, () => [
        increment(one, { lane: 'x' }),
        increment(two, { lane: 'x' }),
        increment(two),
      ]).flat(),
    )
    expect(await total(one)).toBe(30n)
  })

  it('a key that was taken since the unit began is tried again, one that stays taken is not', async () => {
    const url = await engine.freshUrl()
    const [one, two] = [await open(url), await open(url)]
    let runs = 0
    const addNext = (store: Store<unknown>) =>
      store.write(async (tx) => {
        runs++
        const { rows } = await sql<{ n: bigint }>`select n from counter where id = 'a'`.execute(tx)
        await sql`insert into counter values (${`next-${rows[0]!.n}`}, 0)`.execute(tx)
        await sql`update counter set n = ${rows[0]!.n + 1n} where id = 'a'`.execute(tx)
      })
    await Promise.all(Array.from({ length: 10 }, (_, i) => addNext(i % 2 ? one : two)))
    expect(await total(one)).toBe(10n)
    await one.write((tx) => sql`insert into counter values ('next-10', 0)`.execute(tx))
    runs = 0
    await expect(addNext(one)).rejects.toMatchObject({ code: 'unique' })
    expect(runs).toBe(2)
  })

  it('write skew is not let through', async () => {
    const store = await open()
    await store.write((tx) => sql`insert into counter values ('b', 0)`.execute(tx))
    // Each adds to its own row only while the two rows together hold nothing.
    const outcomes = await Promise.all(['a', 'b'].map((id) =>
      store.write(async (tx) => {
        const { rows } = await sql<{ n: bigint }>`
          select cast(sum(n) as bigint) as n from counter
        `.execute(tx)
        if (rows[0]!.n > 0n) return false
        await sql`update counter set n = 1 where id = ${id}`.execute(tx)
        return true
      })
    ))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
  })

  it('a lane keeps the order in which its units were handed in', async () => {
    const store = await open()
    const order: number[] = []
    const runs: number[] = []
    await Promise.all(Array.from({ length: 150 }, (_, i) =>
      store.write(async (tx) => {
        await sql`select 1`.execute(tx)
        runs.push(i)
      }, { lane: 'x' }).then(() => order.push(i))))
    const expected = Array.from({ length: 150 }, (_, i) => i)
    expect(runs).toEqual(expected)
    expect(order).toEqual(expected)
  })

  it('a lane commits in groups, without a conflict of its own', async () => {
    const store = await open()
    let runs = 0
    let commits = 0
    store.onCommit(() => commits++)
    await Promise.all(Array.from({ length: 100 }, () =>
      store.write(async (tx) => {
        runs++
        await sql`update counter set n = n + 1 where id = 'a'`.execute(tx)
      }, { lane: 'x' })))
    expect([await total(store), runs]).toEqual([100n, 100])
    expect(commits).toBe(2)
  })

  it('more lanes than connections all get their turn', async () => {
    const store = await open()
    const lanes = Array.from({ length: 30 }, (_, i) => `lane-${i}`)
    await Promise.all(lanes.flatMap((lane) => [
      store.write((tx) => sql`insert into counter values (${lane}, 1)`.execute(tx), { lane }),
      store.write((tx) => sql`update counter set n = 2 where id = ${lane}`.execute(tx), { lane }),
    ]))
    const { rows } = await sql`select count(*) as n from counter where n = 2`.execute(store.read)
    expect(rows).toEqual([{ n: 30n }])
  })

  it('units without a lane that still wait for a connection are not lost at close', async () => {
    const url = await engine.freshUrl()
    const store = await open(url)
    const units = Array.from(
      { length: 40 },
      (_, i) => store.write((tx) => sql`insert into counter values (${`u${i}`}, 1)`.execute(tx)),
    )
    const reads = Array.from({ length: 20 }, () => total(store))
    await store.close()
    expect((await Promise.allSettled([...units, ...reads])).map((o) => o.status))
      .toEqual(Array(60).fill('fulfilled'))
  })

  it('a connection that the server ends fails its unit only', async () => {
    const store = await open()
    await expect(store.write(async (tx) => {
      await sql`select 1`.execute(tx)
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })).rejects.toMatchObject({ code: 'unavailable' })
    await increment(store)
    expect(await total(store)).toBe(1n)
  })

  it('connections that the server ends while they idle are replaced', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 8 }, () => total(store)))
    await endOthers(store)
    await expectEventually(store)
  })

  it('a neighbour of a unit whose connection ends is run again', async () => {
    const store = await open()
    let first = true
    const outcomes = await Promise.allSettled([
      increment(store, { lane: 'x' }),
      store.write(async (tx) => {
        if (first) {
          first = false
          await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
        }
      }, { lane: 'x' }),
      increment(store, { lane: 'x' }),
    ])
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    expect(await total(store)).toBe(2n)
  })

  it('a constraint that is checked at the commit fails its own unit with its code', async () => {
    const store = await open()
    await store.write((tx) =>
      sql`
        create table line (id text, counter text references counter deferrable initially deferred)
      `.execute(tx)
    )
    const add = (id: string, counter: string) =>
      store.write((tx) => sql`insert into line values (${id}, ${counter})`.execute(tx), {
        lane: 'x',
      })
    const outcomes = await Promise.allSettled([add('1', 'a'), add('2', 'none'), add('3', 'a')])
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'foreign_key' } })
    expect((await sql`select id from line order by id`.execute(store.read)).rows)
      .toEqual([{ id: '1' }, { id: '3' }])
  })

  it('a commit whose connection breaks has an unknown outcome', async () => {
    const store = await open()
    await store.write(async (tx) => {
      await sql`
        create function die() returns trigger language plpgsql as
          $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$
      `.execute(tx)
      await sql`
        create constraint trigger die after insert on counter
          deferrable initially deferred for each row execute function die()
      `.execute(tx)
    })
    await expect(store.write((tx) => sql`insert into counter values ('x', 1)`.execute(tx)))
      .rejects.toMatchObject({ code: 'outcome_unknown' })
    await increment(store)
    expect(await total(store)).toBe(1n)
  })

  it('a sum that is not cast is refused rather than read as a float', async () => {
    const store = await open()
    await expect(sql`select sum(n) as n from counter`.execute(store.read))
      .rejects.toMatchObject({ code: 'failed' })
  })

  it('a server that does not answer is unavailable', async () => {
    await expect(openStore('postgres://test@127.0.0.1:1/none', 'test'))
      .rejects.toMatchObject({ code: 'unavailable' })
  })

  it('statements side by side leave the driver nothing to warn of', async () => {
    const store = await open()
    const warnings: Error[] = []
    const listen = (warning: Error) => void warnings.push(warning)
    process.on('warning', listen)
    onTestFinished(() => void process.removeListener('warning', listen))
    await store.write(async (tx) => {
      await Promise.all([sql`select 1`.execute(tx), sql`select 2`.execute(tx)])
    })
    await store.snapshot((db) =>
      Promise.all([sql`select 1`.execute(db), sql`select 2`.execute(db)])
    )
    expect(warnings).toEqual([])
  })

  it('a name that is no schema is refused', async () => {
    for (const name of ['a;b', 'A', '1a', 'a"b']) {
      await expect(openStore(inject('postgresUrl'), name)).rejects.toThrow(RangeError)
    }
  })

  async function endOthers(store: Store<unknown>): Promise<void> {
    const { rows } = await sql<{ name: string }>`select current_database() as name`
      .execute(store.read)
    const client = new pg.Client(inject('postgresUrl'))
    await client.connect()
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [rows[0]!.name],
    )
    await client.end()
  }

  /** The notice of an ended connection may still be under way; a read after it goes through. */
  async function expectEventually(store: Store<unknown>): Promise<void> {
    for (let attempt = 1;; attempt++) {
      const outcome = await total(store).catch((error: { code: string }) => error.code)
      if (outcome === 0n) return
      expect(outcome).toBe('unavailable')
      expect(attempt).toBeLessThan(20)
    }
  }
})
