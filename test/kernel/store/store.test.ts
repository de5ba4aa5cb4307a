import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { migrate, type Migration } from '../../../subgraphs/kernel/migrate.ts'
import { refuse } from '../../../subgraphs/kernel/result.ts'
import { type Store, StoreError, type Tx } from '../../../subgraphs/kernel/store.ts'
import { eachEngine } from '../../rig/engines.ts'

interface Tables {
  account: { id: string; balance: bigint }
  entry: { id: string; account: string; amount: bigint; note: string | null }
  thing: { id: string; bytes: Uint8Array | null; text: string | null; number: bigint | null }
}

const migrations: readonly Migration[] = [{
  name: 'test-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('account')
        .addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('balance', t.int, (c) => c.notNull().check(sql`balance >= 0`)),
    ).execute()
    await t.table(
      db.schema.createTable('entry')
        .addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('account', t.text, (c) => c.notNull().references('account.id'))
        .addColumn('amount', t.int, (c) => c.notNull())
        .addColumn('note', t.text),
    ).execute()
    await t.appendOnly('entry')
    await t.table(
      db.schema.createTable('thing')
        .addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('bytes', t.bytes)
        .addColumn('text', t.text)
        .addColumn('number', t.int),
    ).execute()
  },
}]

const addAccount = (tx: Tx<Tables>, id: string, balance = 0n) =>
  tx.insertInto('account').values({ id, balance }).execute()

const addThing = (tx: Tx<Tables>, thing: Partial<Tables['thing']>) =>
  tx.insertInto('thing').values({ id: 't', bytes: null, text: null, number: null, ...thing })
    .execute()

const accounts = async (db: Kysely<Tables>) =>
  (await db.selectFrom('account').select('id').orderBy('id').execute()).map((row) => row.id)

/** The code that a promise is rejected with; fails when it is not a StoreError. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then((value) => ({ value }), (error: unknown) => ({ error }))
  if ('error' in outcome && outcome.error instanceof StoreError) return outcome.error.code
  throw new Error('expected a StoreError', { cause: outcome })
}

const laterTurn = () => new Promise((resolve) => setTimeout(resolve, 1))

eachEngine((engine) => {
  const open = async (url?: string) => {
    const store = await engine.open<Tables>(url)
    await migrate(store as unknown as Store<unknown>, migrations)
    return store
  }

  describe('a unit of work', () => {
    it('is answered with its value and read afterwards', async () => {
      const store = await open()
      expect(
        await store.write(async (tx) => {
          await addAccount(tx, 'a', 5n)
          return 'done'
        }),
      ).toBe('done')
      expect(await store.read.selectFrom('account').selectAll().execute())
        .toEqual([{ id: 'a', balance: 5n }])
    })

    it('sees what it wrote before others do', async () => {
      const store = await open()
      const seen = await store.write(async (tx) => {
        await addAccount(tx, 'a')
        return await accounts(tx)
      })
      expect(seen).toEqual(['a'])
    })

    it('that fails harms no neighbour of its group', async () => {
      const store = await open()
      const lane = { lane: 'x' }
      const outcomes = await Promise.allSettled([
        store.write((tx) => addAccount(tx, 'a'), lane),
        store.write(async (tx) => {
          await addAccount(tx, 'lost')
          throw new Error('changed my mind')
        }, lane),
        store.write((tx) => addAccount(tx, 'b'), lane),
        store.write((tx) => addAccount(tx, 'a'), lane),
        store.write((tx) => addAccount(tx, 'c'), lane),
      ])
      expect(outcomes.map((o) => o.status))
        .toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
      expect(outcomes[1]).toMatchObject({ reason: { message: 'changed my mind' } })
      expect(outcomes[3]).toMatchObject({ reason: { code: 'unique' } })
      expect(await accounts(store.read)).toEqual(['a', 'b', 'c'])
    })

    it('that throws before its first await harms no neighbour either', async () => {
      const store = await open()
      const [thrown, written] = await Promise.allSettled([
        store.write(() => {
          throw new Error('at once')
        }),
        store.write((tx) => addAccount(tx, 'a')),
      ])
      expect(thrown).toMatchObject({ reason: { message: 'at once' } })
      expect(written.status).toBe('fulfilled')
    })

    it('that answers a refusal is rolled back and its refusal is the answer', async () => {
      const store = await open()
      const refusal = refuse('TOO_LATE', 'The day is closed.')
      const [refused] = await Promise.all([
        store.write(async (tx) => {
          await addAccount(tx, 'lost')
          return refusal
        }, { lane: 'x' }),
        store.write((tx) => addAccount(tx, 'kept'), { lane: 'x' }),
      ])
      expect(refused).toEqual(refusal)
      expect(await accounts(store.read)).toEqual(['kept'])
    })

    it('many of one moment all commit, in order', async () => {
      const store = await open()
      const ids = Array.from({ length: 200 }, (_, i) => `a${String(i).padStart(3, '0')}`)
      const counts = await Promise.all(ids.map((id) =>
        store.write(async (tx) => {
          await addAccount(tx, id)
          return (await accounts(tx)).length
        }, { lane: 'x' })
      ))
      expect(counts).toEqual(ids.map((_, i) => i + 1))
      expect(await accounts(store.read)).toEqual(ids)
    })

    it('with a group whose units all fail leaves nothing behind', async () => {
      const store = await open()
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, (_, i) =>
          store.write(async (tx) => {
            await addAccount(tx, `a${i}`)
            throw new Error(`no ${i}`)
          }, { lane: 'x' })),
      )
      expect(outcomes.map((o) => o.status === 'rejected' && o.reason.message))
        .toEqual(['no 0', 'no 1', 'no 2', 'no 3', 'no 4'])
      expect(await accounts(store.read)).toEqual([])
    })
  })

  describe('confinement', () => {
    it('a unit that waits for a timer is stalled, its neighbours commit', async () => {
      const store = await open()
      const [a, stalled, b] = await Promise.allSettled([
        store.write((tx) => addAccount(tx, 'a'), { lane: 'x' }),
        store.write(async (tx) => {
          await addAccount(tx, 'lost')
          await laterTurn()
          await laterTurn()
          await laterTurn()
        }, { lane: 'x' }),
        store.write((tx) => addAccount(tx, 'b'), { lane: 'x' }),
      ])
      expect([a.status, b.status]).toEqual(['fulfilled', 'fulfilled'])
      expect(stalled).toMatchObject({ reason: { code: 'stalled' } })
      expect(await accounts(store.read)).toEqual(['a', 'b'])
    })

    it('a unit that never ends is stalled', async () => {
      const store = await open()
      expect(await codeOf(store.write(() => new Promise(() => {})))).toBe('stalled')
      await store.write((tx) => addAccount(tx, 'a'))
      expect(await accounts(store.read)).toEqual(['a'])
    })

    it('a unit that waits for another unit is stalled, and the other commits', async () => {
      const store = await open()
      let inner: Promise<unknown> | undefined
      expect(
        await codeOf(store.write(async () => {
          inner = store.write((tx) => addAccount(tx, 'inner'), { lane: 'x' })
          await inner
        }, { lane: 'x' })),
      ).toBe('stalled')
      await inner
      expect(await accounts(store.read)).toEqual(['inner'])
    })

    it('a query that nobody awaited makes its unit floating', async () => {
      const store = await open()
      expect(
        await codeOf(store.write(async (tx) => {
          void addAccount(tx, 'lost')
        })),
      ).toBe('floating')
      await store.write((tx) => addAccount(tx, 'a'))
      expect(await accounts(store.read)).toEqual(['a'])
    })

    it('queries may run side by side when all are awaited', async () => {
      const store = await open()
      await store.write(async (tx) => {
        await Promise.all([addAccount(tx, 'a'), addAccount(tx, 'b'), addAccount(tx, 'c')])
      })
      expect(await accounts(store.read)).toEqual(['a', 'b', 'c'])
    })

    it('one of several side by side that fails rolls back all of them', async () => {
      const store = await open()
      expect(
        await codeOf(store.write(async (tx) => {
          await Promise.all([addAccount(tx, 'a'), addAccount(tx, 'a'), addAccount(tx, 'b')])
        })),
      ).toBe('unique')
      expect(await accounts(store.read)).toEqual([])
    })

    it('a handle that outlives its unit is refused with unit_over', async () => {
      const store = await open()
      const leaked = await store.write(async (tx) => ({ tx }))
      expect(await codeOf(addAccount(leaked.tx, 'late'))).toBe('unit_over')
      expect(await accounts(store.read)).toEqual([])
    })

    it('a stalled unit that goes on later writes nothing into the units after it', async () => {
      const store = await open()
      let late: Promise<unknown> | undefined
      const stalled = store.write((tx) => {
        late = (async () => {
          await laterTurn()
          await laterTurn()
          await laterTurn()
          await addAccount(tx, 'late')
        })()
        return late
      }, { lane: 'x' })
      expect(await codeOf(stalled)).toBe('stalled')
      expect(await codeOf(late!)).toBe('unit_over')
      expect(await accounts(store.read)).toEqual([])
    })

    it('a failed query dooms its unit even when the error is caught', async () => {
      const store = await open()
      await store.write((tx) => addAccount(tx, 'a'))
      expect(
        await codeOf(store.write(async (tx) => {
          await addAccount(tx, 'lost')
          await addAccount(tx, 'a').catch(() => {})
          return 'all is well'
        })),
      ).toBe('unique')
      expect(await accounts(store.read)).toEqual(['a'])
    })

    it('the first failure is told, not what the unit made of it', async () => {
      const store = await open()
      await store.write((tx) => addAccount(tx, 'a'))
      expect(
        await codeOf(store.write(async (tx) => {
          await addAccount(tx, 'a').catch(() => {
            throw new Error('hidden')
          })
        })),
      ).toBe('unique')
    })

    it('a doomed unit may not query any more', async () => {
      const store = await open()
      const codes: string[] = []
      await store.write(async (tx) => {
        codes.push(await codeOf(addAccount(tx, 'a', -1n)))
        codes.push(await codeOf(addAccount(tx, 'b')))
      }).catch(() => {})
      expect(codes).toEqual(['check', 'check'])
    })

    it('a transaction in a unit is refused', async () => {
      const store = await open()
      await expect(store.write((tx: Kysely<Tables>) => tx.transaction().execute(async () => {})))
        .rejects.toThrow()
    })
  })

  describe('constraints', () => {
    const entry = { id: 'e', account: 'a', amount: 1n, note: null }
    const filled = async () => {
      const store = await open()
      await store.write(async (tx) => {
        await addAccount(tx, 'a')
        await tx.insertInto('entry').values(entry).execute()
      })
      return store
    }

    it.each<[string, (tx: Tx<Tables>) => Promise<unknown>]>([
      ['unique', (tx) => addAccount(tx, 'a')],
      ['check', (tx) => addAccount(tx, 'b', -1n)],
      ['check', (tx) => tx.updateTable('account').set({ balance: -1n }).execute()],
      ['not_null', (tx) => addAccount(tx, 'b', null as unknown as bigint)],
      [
        'foreign_key',
        (tx) => tx.insertInto('entry').values({ ...entry, id: 'f', account: 'z' }).execute(),
      ],
      ['foreign_key', (tx) => tx.deleteFrom('account').execute()],
      ['append_only', (tx) => tx.updateTable('entry').set({ amount: 2n }).execute()],
      ['append_only', (tx) => tx.updateTable('entry').set({ note: 'x' }).execute()],
      ['append_only', (tx) => tx.deleteFrom('entry').execute()],
      ['append_only', (tx) =>
        tx.insertInto('entry').values(entry)
          .onConflict((c) => c.column('id').doUpdateSet({ amount: 2n })).execute()],
      ['failed', (tx) => sql`select full_name, ended_at, disk from account`.execute(tx)],
      ['failed', (tx) => sql`select 1 from locked`.execute(tx)],
    ])('%s is the code of a refused statement (%#)', async (code, unit) => {
      const store = await filled()
      expect(await codeOf(store.write(unit))).toBe(code)
      expect(await store.read.selectFrom('entry').selectAll().execute()).toEqual([entry])
    })

    it('an append-only table takes new rows', async () => {
      const store = await filled()
      await store.write((tx) => tx.insertInto('entry').values({ ...entry, id: 'f' }).execute())
      expect(await store.read.selectFrom('entry').select('id').orderBy('id').execute())
        .toEqual([{ id: 'e' }, { id: 'f' }])
    })

    it('an append-only table is neither emptied nor replaced behind its guard', async () => {
      const store = await filled()
      const trick = engine.name === 'postgres'
        ? sql`truncate table entry`
        : sql`insert or replace into entry (id, account, amount) values ('e', 'a', 99)`
      expect(await codeOf(store.write((tx) => trick.execute(tx)))).toBe('append_only')
      expect(await store.read.selectFrom('entry').selectAll().execute()).toEqual([entry])
    })
  })

  describe('values', () => {
    it.each<[string, Partial<Tables['thing']>]>([
      ['the largest integer', { number: 2n ** 63n - 1n }],
      ['the smallest integer', { number: -(2n ** 63n) }],
      ['an integer past 2^53', { number: 2n ** 53n + 1n }],
      ['zero', { number: 0n }],
      ['text', { text: "保单 – “quoted” ' \\ % _ \n\t 😀" }],
      ['empty text', { text: '' }],
      ['text that looks like a number', { text: '007' }],
      ['bytes', { bytes: new Uint8Array([0, 1, 127, 128, 255]) }],
      ['no bytes', { bytes: new Uint8Array([]) }],
      ['nothing', {}],
    ])('%s comes back as it was', async (_, thing) => {
      const store = await open()
      await store.write((tx) => addThing(tx, thing))
      const row = await store.read.selectFrom('thing').selectAll().executeTakeFirstOrThrow()
      expect(row).toStrictEqual({ id: 't', bytes: null, text: null, number: null, ...thing })
    })

    it.each<[unknown, bigint]>([[true, 1n], [false, 0n], [42, 42n], [-0, 0n]])(
      '%s is stored as %s',
      async (value, stored) => {
        const store = await open()
        await store.write((tx) => addThing(tx, { number: value as bigint }))
        expect(await store.read.selectFrom('thing').select('number').execute())
          .toEqual([{ number: stored }])
      },
    )

    it.each<[string, string, unknown]>([
      ['bad_number', 'NaN', NaN],
      ['bad_number', 'infinity', -Infinity],
      ['bad_number', 'a fraction', 1.5],
      ['bad_number', 'an unsafe integer', 2 ** 53],
      ['bad_integer', 'more than 64 bits', 2n ** 63n],
      ['bad_integer', 'less than 64 bits', -(2n ** 63n) - 1n],
      ['cannot_bind', 'undefined', undefined],
      ['cannot_bind', 'a date', new Date(0)],
      ['cannot_bind', 'an object', { a: 1 }],
      ['cannot_bind', 'a symbol', Symbol('s')],
      ['cannot_bind', 'an ArrayBuffer', new ArrayBuffer(2)],
      ['bad_text', 'NUL in text', 'a\0b'],
      ['bad_text', 'a lone surrogate', 'a\ud800b'],
    ])('%s: %s is refused, in a write and in a read', async (code, _, value) => {
      const store = await open()
      const insert = (tx: Tx<Tables>) =>
        sql`insert into thing (id, text) values ('t', ${value})`.execute(tx)
      expect(await codeOf(store.write(insert))).toBe(code)
      expect(await codeOf(sql`select 1 from thing where id = ${value}`.execute(store.read)))
        .toBe(code)
      expect(await store.read.selectFrom('thing').selectAll().execute()).toEqual([])
    })

    it('text sorts by code point', async () => {
      const store = await open()
      const ids = ['Z', 'a', 'ä', 'é', '\ue000', '中', '😀', '_', '1', '']
      await store.write(async (tx) => {
        for (const id of ids) await addAccount(tx, id)
      })
      const byCodePoint = ids.toSorted((a, b) => {
        const [x, y] = [Array.from(a), Array.from(b)]
        return (x[0]?.codePointAt(0) ?? -1) - (y[0]?.codePointAt(0) ?? -1)
      })
      expect(await accounts(store.read)).toEqual(byCodePoint)
    })

    it('a count and a cast sum are bigints', async () => {
      const store = await open()
      await store.write(async (tx) => {
        await addAccount(tx, 'a', 2n ** 62n)
        await addAccount(tx, 'b', 1n)
      })
      const { rows } = await sql`
        select count(*) as n, cast(sum(balance) as bigint) as total from account
      `.execute(store.read)
      expect(rows).toEqual([{ n: 2n, total: 2n ** 62n + 1n }])
    })

    it('the number of changed rows is told', async () => {
      const store = await open()
      const changed = await store.write(async (tx) => {
        await addAccount(tx, 'a')
        await addAccount(tx, 'b')
        const result = await tx.updateTable('account').set({ balance: 1n }).executeTakeFirst()
        const none = await tx.deleteFrom('account').where('id', '=', 'z').executeTakeFirst()
        return [result.numUpdatedRows, none.numDeletedRows]
      })
      expect(changed).toEqual([2n, 0n])
    })
  })

  describe('reads', () => {
    it('cannot write', async () => {
      const store = await open()
      await expect(store.read.insertInto('account').values({ id: 'a', balance: 0n }).execute())
        .rejects.toThrow(StoreError)
      await expect(
        store.snapshot((db) => db.insertInto('account').values({ id: 'b', balance: 0n }).execute()),
      ).rejects.toThrow(StoreError)
      expect(await accounts(store.read)).toEqual([])
      await store.write((tx) => addAccount(tx, 'c'))
      expect(await accounts(store.read)).toEqual(['c'])
    })

    it('see only what is committed', async () => {
      const store = await open()
      let during: Promise<string[]> | undefined
      await store.write(async (tx) => {
        await addAccount(tx, 'a')
        during = accounts(store.read)
      })
      // On PostgreSQL the read may be served after the commit; it sees all of the unit or nothing.
      expect([[], ['a']]).toContainEqual(await during)
      expect(await accounts(store.read)).toEqual(['a'])
    })

    it('of one snapshot see one moment', async () => {
      const store = await open()
      await store.write((tx) => addAccount(tx, 'a'))
      const [before, after] = await store.snapshot(async (db) => {
        const before = await accounts(db)
        await store.write((tx) => addAccount(tx, 'b'))
        return [before, await accounts(db)]
      })
      expect(before).toEqual(['a'])
      expect(after).toEqual(['a'])
      expect(await accounts(store.read)).toEqual(['a', 'b'])
    })

    it('of two snapshots at once each see their own moment', async () => {
      const store = await open()
      await store.snapshot(async (first) => {
        expect(await accounts(first)).toEqual([])
        await store.write((tx) => addAccount(tx, 'a'))
        await store.snapshot(async (second) => {
          expect(await accounts(second)).toEqual(['a'])
          expect(await accounts(first)).toEqual([])
        })
      })
      expect(await store.snapshot(accounts)).toEqual(['a'])
    })

    it('a snapshot whose view throws passes the error on and leaves the store sound', async () => {
      const store = await open()
      await expect(store.snapshot(async (db) => {
        await accounts(db)
        throw new Error('seen enough')
      })).rejects.toThrow('seen enough')
      await store.write((tx) => addAccount(tx, 'a'))
      expect(await store.snapshot(accounts)).toEqual(['a'])
    })

    it('a handle that outlives its snapshot is refused with unit_over', async () => {
      const store = await open()
      const leaked = await store.snapshot(async (db) => ({ db }))
      expect(await codeOf(accounts(leaked.db))).toBe('unit_over')
    })
  })

  describe('onCommit', () => {
    it('is called after every commit until it is stopped', async () => {
      const store = await open()
      const seen: number[] = []
      let calls = 0
      const stop = store.onCommit(() => void calls++)
      await store.write((tx) => addAccount(tx, 'a'))
      seen.push(calls)
      await store.write((tx) => addAccount(tx, 'b'))
      seen.push(calls)
      stop()
      await store.write((tx) => addAccount(tx, 'c'))
      seen.push(calls)
      expect(seen).toEqual([1, 2, 2])
    })

    it('sees the change that it is called for', async () => {
      const store = await open()
      const seen = new Promise<string[]>((resolve) => {
        store.onCommit(() => resolve(accounts(store.read)))
      })
      await store.write((tx) => addAccount(tx, 'a'))
      expect(await seen).toEqual(['a'])
    })
  })

  describe('close', () => {
    it('waits for the units under way', async () => {
      const url = await engine.freshUrl()
      const store = await open(url)
      const units = Array.from({ length: 40 }, (_, i) => [
        store.write((tx) => addAccount(tx, `a${i}`)),
        store.write((tx) => addAccount(tx, `b${i}`), { lane: `l${i % 12}` }),
      ]).flat()
      await store.close()
      expect((await Promise.allSettled(units)).map((o) => o.status))
        .toEqual(units.map(() => 'fulfilled'))
      const again = await engine.open<Tables>(url)
      expect(await accounts(again.read)).toHaveLength(80)
    })

    it('waits for the snapshot under way', async () => {
      const store = await open()
      await store.write((tx) => addAccount(tx, 'a'))
      let closed: Promise<void> | undefined
      const seen = await store.snapshot(async (db) => {
        await accounts(db)
        closed = store.close()
        return await accounts(db)
      })
      expect(seen).toEqual(['a'])
      await closed
    })

    it('refuses whatever comes later with closed, and may be called again', async () => {
      const store = await open()
      await store.close()
      await store.close()
      expect(await codeOf(store.write((tx) => addAccount(tx, 'a')))).toBe('closed')
      expect(await codeOf(accounts(store.read))).toBe('closed')
      expect(await codeOf(store.snapshot(accounts))).toBe('closed')
    })
  })

  describe('read only', () => {
    it('reads beside the writer and refuses to write', async () => {
      const url = await engine.freshUrl()
      const writer = await open(url)
      await writer.write((tx) => addAccount(tx, 'a'))
      const reader: Store<Tables> = await engine.open(url, 'test', { readOnly: true })
      expect(await accounts(reader.read)).toEqual(['a'])
      expect(await codeOf(reader.write((tx) => addAccount(tx, 'b')))).toBe('failed')
      await writer.write((tx) => addAccount(tx, 'c'))
      expect(await accounts(reader.read)).toEqual(['a', 'c'])
      expect(await reader.snapshot(accounts)).toEqual(['a', 'c'])
    })
  })

  it('databases of two subgraphs below one URL are apart', async () => {
    const url = await engine.freshUrl()
    const one = await engine.open<Tables>(url, 'one')
    const two = await engine.open<Tables>(url, 'two-b')
    for (const [store, text] of [[one, '1'], [two, '2']] as const) {
      await store.write(async (tx) => {
        await sql`create table thing (text text)`.execute(tx)
        await sql`insert into thing values (${text})`.execute(tx)
      })
    }
    expect((await sql`select text from thing`.execute(one.read)).rows).toEqual([{ text: '1' }])
    expect((await sql`select text from thing`.execute(two.read)).rows).toEqual([{ text: '2' }])
  })
})
