import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { refuse } from '../../../subgraphs/kernel/result.ts'
import type { Store } from '../../../subgraphs/kernel/store.ts'
import { eachEngine } from '../../rig/engines.ts'
import { accounts, addAccount, codeOf, openTables, type Tables } from './tables.ts'

eachEngine((engine) => {
  const open = (url?: string) => openTables(engine, url)

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
