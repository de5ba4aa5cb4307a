import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { statement } from '../../../subgraphs/kernel/store.ts'
import { isPostgres } from '../../../subgraphs/kernel/store/statement.ts'
import type { KernelTables } from '../../../subgraphs/kernel/tables.ts'
import { eachEngine } from '../../rig/engines.ts'

let built = 0

const add = statement<KernelTables, { name: string; last: bigint }>()((db, p) => {
  built++
  return db.insertInto('sequence').values({ tenant_id: 'demo', name: p.name, last: p.last })
})

const find = statement<KernelTables, { above: bigint; limit: bigint }>()((db, p) =>
  db.selectFrom('sequence').select(['name', 'last'])
    .where('last', '>', p.above).where('tenant_id', '=', 'demo')
    .orderBy('name').limit(p.limit)
)

const raise = statement<KernelTables, { by: bigint; above: bigint }>()((db, p) =>
  db.updateTable('sequence').set((eb) => ({ last: eb('last', '+', p.by) }))
    .where('last', '>', p.above)
)

eachEngine((engine) => {
  it('is built once and run with the arguments of each call', async () => {
    const store = await engine.openMigrated()
    const before = built
    await store.write(async (tx) => {
      await add(tx, { name: 'a', last: 1n })
      await add(tx, { name: 'b', last: 2n })
    })
    await store.write((tx) => add(tx, { name: 'c', last: 3n }))
    expect(built - before).toBeLessThanOrEqual(1)
    expect(await find(store.read, { above: 1n, limit: 9n })).toEqual([
      { name: 'b', last: 2n },
      { name: 'c', last: 3n },
    ])
    expect(await find(store.read, { above: 0n, limit: 1n })).toEqual([{ name: 'a', last: 1n }])
  })

  it('tells how many rows it changed', async () => {
    const store = await engine.openMigrated()
    await store.write(async (tx) => {
      await add(tx, { name: 'a', last: 1n })
      await add(tx, { name: 'b', last: 2n })
      expect((await raise(tx, { by: 5n, above: 0n })).affected).toBe(2n)
      expect((await raise(tx, { by: 5n, above: 100n })).affected).toBe(0n)
    })
    expect(await find(store.read, { above: 6n, limit: 9n })).toEqual([{ name: 'b', last: 7n }])
  })

  it('refuses a missing argument and one that cannot be stored', async () => {
    const store = await engine.openMigrated()
    const missing = { above: 1n } as { above: bigint; limit: bigint }
    await expect(find(store.read, missing)).rejects.toMatchObject({
      code: 'cannot_bind',
      message: 'cannot_bind: argument limit is missing',
    })
    await expect(store.write((tx) => add(tx, { name: 'a\0', last: 1n })))
      .rejects.toMatchObject({ code: 'bad_text' })
  })

  it('knows which engine a handle speaks', async () => {
    const store = await engine.openMigrated()
    expect(isPostgres(store.read)).toBe(engine.name === 'postgres')
    expect(await store.write(async (tx) => isPostgres(tx))).toBe(engine.name === 'postgres')
  })

  it('more texts than are kept prepared all give their own answer', async () => {
    const store = await engine.openMigrated()
    const answers: unknown[] = []
    for (let i = 0; i < 1_100; i++) {
      const { rows } = await sql<{ n: bigint }>`
        select cast(${sql.lit(i % 550)} as bigint) as n
      `.execute(store.read)
      answers.push(rows[0]!.n)
    }
    expect(answers).toEqual(Array.from({ length: 1_100 }, (_, i) => BigInt(i % 550)))
  })
})
