import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Tx } from '../../../subgraphs/kernel/store.ts'
import { eachEngine } from '../../rig/engines.ts'
import { accounts, addAccount, addThing, codeOf, openTables, type Tables } from './tables.ts'

eachEngine((engine) => {
  const open = (url?: string) => openTables(engine, url)

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
})
