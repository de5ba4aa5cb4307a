import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { rowsStatement } from '../../../subgraphs/kernel/store.ts'
import { eachEngine } from '../../rig/engines.ts'

interface Tables {
  tag: { id: string; amount: bigint; note: string | null }
}

const add = rowsStatement<Tables>(
  ['text', 'bigint', 'text'],
  (values) => `insert into tag (id, amount, note) ${values}`,
)
const put = rowsStatement<Tables>(
  ['text', 'bigint'],
  (values) =>
    `update tag set amount = wanted.column2 from (${values}) as wanted ` +
    `where tag.id = wanted.column1`,
)
const find = rowsStatement<Tables, { id: string; amount: bigint }>(
  ['text'],
  (values) =>
    `select t.id, t.amount from (${values}) as wanted join tag as t on t.id = wanted.column1`,
)

eachEngine((engine) => {
  const open = async () => {
    const store = await engine.open<Tables>()
    await store.write(async (tx) => {
      await sql`create table tag (id text primary key, amount bigint not null, note text)`
        .execute(tx)
    })
    return store
  }
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => [`t${i}`, 2n ** 60n + BigInt(i), i % 2 ? 'odd' : null])

  it.each([0, 1, 3, 64, 150])('writes, changes and finds %i rows', async (count) => {
    const store = await open()
    const wrote = await store.write((tx) => add(tx, rows(count)))
    expect(wrote.affected).toBe(BigInt(count))
    const changed = await store.write((tx) =>
      put(tx, rows(count).map(([id, amount]) => [id, amount as bigint + 1n]))
    )
    expect(changed.affected).toBe(BigInt(count))
    const found = await find(store.read, [['none'], ...rows(count).map(([id]) => [id])])
    expect(new Map(found.map((row) => [row.id, row.amount])))
      .toEqual(new Map(rows(count).map(([id, amount]) => [id, amount as bigint + 1n])))
  })

  it('refuses a row with a value too few', async () => {
    const store = await open()
    await expect(store.write((tx) => add(tx, [['a', 1n, null], ['b', 2n]])))
      .rejects.toThrow(RangeError)
    expect(await find(store.read, [['a']])).toEqual([])
  })
})
