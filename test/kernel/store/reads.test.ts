import { describe, expect, it } from 'vitest'
import { StoreError } from '../../../subgraphs/kernel/store.ts'
import { eachEngine } from '../../rig/engines.ts'
import { accounts, addAccount, codeOf, openTables } from './tables.ts'

eachEngine((engine) => {
  const open = (url?: string) => openTables(engine, url)

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
})
