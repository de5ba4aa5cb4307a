import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import Database from 'libsql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Store, StoreError } from '../../../subgraphs/kernel/store.ts'
import { openStore } from '../../../subgraphs/kernel/store.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'huitong-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let opened = 0

/** Runs `use` with an open store over a table `t (id, bytes)`, and closes it. */
async function withStore(
  use: (store: Store<unknown>, url: string, file: string) => Promise<void>,
  below = `s${++opened}`,
): Promise<void> {
  const url = `file:${join(folder, below)}`
  const store = await openStore<unknown>(url, 'test')
  try {
    await store.write((tx) =>
      sql`create table t (id text primary key, bytes blob) strict`.execute(tx)
    )
    await use(store, url, join(folder, below, 'test.db'))
  } finally {
    await store.close()
  }
}

const add = (store: Store<unknown>, id: string) =>
  store.write((tx) => sql`insert into t (id) values (${id})`.execute(tx))

const ids = async (store: Store<unknown>) =>
  (await sql<{ id: string }>`select id from t order by id`.execute(store.read)).rows
    .map((row) => row.id)

it('a second writer in the same process gets in_use until the first closes', async () => {
  let url = ''
  await withStore(async (store, itsUrl) => {
    url = itsUrl
    await expect(openStore(url, 'test')).rejects.toMatchObject({ code: 'in_use' })
    await add(store, 'a')
  })
  const second = await openStore<unknown>(url, 'test')
  expect(await ids(second)).toEqual(['a'])
  await second.close()
})

it('a second process gets in_use until the first closes', async () => {
  const script = fileURLToPath(new URL('../../rig/open-and-exit.ts', import.meta.url))
  const runtime = 'Deno' in globalThis ? ['run', '--quiet', '-A', script] : [script]
  let url = ''
  const inSecondProcess = () => {
    const { stdout, stderr } = spawnSync(process.execPath, [...runtime, url, 'test'], {
      encoding: 'utf8',
    })
    return stdout.trim() || stderr
  }
  await withStore(async (store, itsUrl) => {
    url = itsUrl
    expect(inSecondProcess()).toBe('in_use')
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
  })
  expect(inSecondProcess()).toBe('opened')
})

it('a folder whose name means something in a URI is read where it is written', async () => {
  await withStore(async (store) => {
    await add(store, 'a')
    expect(await ids(store)).toEqual(['a'])
    expect(await store.snapshot(async (db) => (await sql`select id from t`.execute(db)).rows))
      .toEqual([{ id: 'a' }])
  }, 'a b#c%20?mode=rw&保')
})

it('what is no database is unavailable and keeps no lock', async () => {
  const below = join(folder, 'junk')
  mkdirSync(below)
  writeFileSync(join(below, 'test.db'), 'x'.repeat(9_000))
  for (let i = 0; i < 2; i++) {
    await expect(openStore(`file:${below}`, 'test')).rejects.toMatchObject({ code: 'unavailable' })
  }
})

it('a file that is not there cannot be opened for reading only', async () => {
  const reader = openStore(`file:${join(folder, 'none')}`, 'test', { readOnly: true })
  await expect(reader).rejects.toBeInstanceOf(StoreError)
  await expect(reader).rejects.toMatchObject({ code: 'unavailable' })
})

it('a group that cannot begin is unavailable, not of unknown outcome, and the store goes on', async () => {
  await withStore(async (store, _, file) => {
    const intruder = new Database(file)
    intruder.exec('begin immediate')
    const outcomes = await Promise.allSettled([add(store, 'a'), add(store, 'b')])
    expect(outcomes).toMatchObject([
      { reason: { code: 'unavailable' } },
      { reason: { code: 'unavailable' } },
    ])
    intruder.exec('rollback')
    intruder.close()
    await add(store, 'c')
    expect(await ids(store)).toEqual(['c'])
  })
})

it('a unit that fills the disk harms no neighbour although SQLite ends the transaction', async () => {
  await withStore(async (store) => {
    const outcomes = await Promise.allSettled([
      add(store, 'a'),
      store.write(async (tx) => {
        await sql`pragma max_page_count = 6`.execute(tx)
        await sql`insert into t values ('big', zeroblob(1000000))`.execute(tx)
      }),
      add(store, 'b'),
    ])
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'unavailable' } })
    await add(store, 'c')
    expect(await ids(store)).toEqual(['a', 'b', 'c'])
  })
})

it('a failed statement that returns rows harms no unit after it', async () => {
  await withStore(async (store) => {
    const insert = (id: string) =>
      store.write((tx) => sql`insert into t (id) values (${id}) returning id`.execute(tx))
    const outcomes = await Promise.allSettled(['a', 'a', 'b', 'a', 'c'].map(insert))
    expect(outcomes.map((o) => o.status))
      .toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await ids(store)).toEqual(['a', 'b', 'c'])
  })
})
