import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { isMigrated, migrate, type Migration } from '../../subgraphs/kernel/migrate.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { eachEngine } from '../rig/engines.ts'

const table = (name: string, ...columns: string[]): Migration => ({
  name: `make-${name}`,
  async up(db, t) {
    let builder = db.schema.createTable(name).addColumn('id', t.text, (c) => c.primaryKey())
    for (const column of columns) builder = builder.addColumn(column, t.int)
    await t.table(builder).execute()
  },
})

const fill = (value: bigint): Migration => ({
  name: 'fill',
  async up(db) {
    await sql`insert into one (id, n) values ('x', ${value})`.execute(db)
  },
})

const rowsOf = async (store: Store<unknown>, name: string) =>
  (await sql<{ id: string }>`select id from ${sql.table(name)}`.execute(store.read)).rows

eachEngine((engine) => {
  it('runs what is new, in order, and once', async () => {
    const store = await engine.open<unknown>()
    await migrate(store, [table('one', 'n')])
    await migrate(store, [table('one', 'n'), fill(1n)])
    await migrate(store, [table('one', 'n'), fill(1n)])
    expect(await rowsOf(store, 'one')).toEqual([{ id: 'x' }])
  })

  it('runs once when two processes start at the same time', async () => {
    const url = await engine.freshUrl()
    const one = await engine.open<unknown>(url)
    const two = engine.name === 'sqlite' ? one : await engine.open<unknown>(url)
    const list = [table('one', 'n'), fill(1n), table('two')]
    await Promise.all([migrate(one, list), migrate(two, list), migrate(one, list)])
    expect(await rowsOf(two, 'one')).toEqual([{ id: 'x' }])
    expect(await isMigrated(two.read, list)).toBe(true)
  })

  it('refuses one that was changed after it ran', async () => {
    const store = await engine.open<unknown>()
    await migrate(store, [table('one', 'n')])
    await expect(migrate(store, [table('one', 'm')])).rejects.toThrow('make-one changed')
  })

  it('refuses one whose data was changed after it ran', async () => {
    const store = await engine.open<unknown>()
    await migrate(store, [table('one', 'n'), fill(1n)])
    await expect(migrate(store, [table('one', 'n'), fill(2n)])).rejects.toThrow('fill changed')
  })

  it('refuses a database that a newer version migrated', async () => {
    const store = await engine.open<unknown>()
    await migrate(store, [table('one'), table('two')])
    await expect(migrate(store, [table('one')])).rejects.toThrow('newer version: make-two')
  })

  it('leaves nothing of one that fails, and runs it when it is mended', async () => {
    const store = await engine.open<unknown>()
    const broken: Migration = {
      name: 'make-two',
      async up(db, t) {
        await table('two').up(db, t)
        await sql`insert into missing values (1)`.execute(db)
      },
    }
    await expect(migrate(store, [table('one'), broken])).rejects.toThrow()
    expect(await isMigrated(store.read, [table('one')])).toBe(true)
    expect(await isMigrated(store.read, [table('one'), broken])).toBe(false)
    await expect(rowsOf(store, 'two')).rejects.toThrow()
    await migrate(store, [table('one'), table('two')])
    expect(await rowsOf(store, 'two')).toEqual([])
  })

  it('a fresh database is not migrated', async () => {
    const store = await engine.open<unknown>()
    expect(await isMigrated(store.read, [table('one')])).toBe(false)
    expect(await isMigrated(store.read, [])).toBe(false)
  })
})
