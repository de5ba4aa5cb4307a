import type { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { eachEngine } from '../../rig/engines.ts'
import { accounts, addAccount, codeOf, laterTurn, openTables, type Tables } from './tables.ts'

eachEngine((engine) => {
  const open = (url?: string) => openTables(engine, url)

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
})
