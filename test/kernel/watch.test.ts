import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { watch } from '../../subgraphs/kernel/watch.ts'
import type { Migration } from '../../subgraphs/kernel/migrate.ts'
import type { KernelTables } from '../../subgraphs/kernel/tables.ts'
import { eachEngine } from '../rig/engines.ts'

interface Tables extends KernelTables {
  thing: { id: string; state: string }
}

const migrations: readonly Migration[] = [{
  name: 'thing-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('thing').addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('state', t.text, (c) => c.notNull()),
    ).execute()
  },
}]

eachEngine((engine) => {
  async function opened() {
    const store = await engine.openMigrated<Tables>(migrations)
    const set = (id: string, state: string) =>
      store.write((tx) =>
        sql`insert into thing (id, state) values (${id}, ${state})
          on conflict (id) do update set state = excluded.state`.execute(tx)
      )
    const read = (id: string) => async () => {
      const [row] = await store.read.selectFrom('thing').selectAll().where('id', '=', id).execute()
      return row?.state
    }
    return { store, set, read }
  }

  it('answers what is there now, and again when a commit has changed it, not otherwise', async () => {
    const { store, set, read } = await opened()
    await set('a', 'one')
    const seen = watch(store, read('a'))
    expect((await seen.next()).value).toBe('one')
    const next = seen.next()
    await set('b', 'other')
    await set('a', 'one')
    await set('a', 'two')
    expect((await next).value).toBe('two')
    await seen.return(undefined)
  })

  it('at a pace sees many changes as one, and the last of them', async () => {
    const { store, set, read } = await opened()
    await set('a', 'one')
    let looks = 0
    const seen = watch(store, () => {
      looks += 1
      return read('a')()
    }, 50)
    await seen.next()
    const next = seen.next()
    for (let i = 0; i < 20; i++) await set('a', `${i}`)
    let last = (await next).value
    while (last !== '19') last = (await seen.next()).value
    expect(looks).toBeLessThan(20)
    await seen.return(undefined)
  })

  it('misses no change that comes between two looks', async () => {
    const { store, set, read } = await opened()
    await set('a', 'one')
    const seen = watch(store, read('a'))
    await seen.next()
    await set('a', 'two')
    await set('a', 'three')
    const states = [(await seen.next()).value]
    if (states[0] !== 'three') states.push((await seen.next()).value)
    expect(states.at(-1)).toBe('three')
    await seen.return(undefined)
  })

  it('ends when there is nothing any more, and at once when its caller leaves', async () => {
    const { store, set, read } = await opened()
    expect(await watch(store, read('none')).next()).toEqual({ done: true, value: undefined })
    await set('a', 'one')
    const seen = watch(store, read('a'))
    await seen.next()
    const waiting = seen.next()
    await seen.return(undefined)
    expect(await waiting).toEqual({ done: true, value: undefined })
  })
})
