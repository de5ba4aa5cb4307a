/**
 * One contract, both engines.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, inject, onTestFinished } from 'vitest'
import { migrate, type Migration } from '../../subgraphs/kernel/migrate.ts'
import {
  type Engine,
  openStore,
  type Store,
  type StoreOptions,
} from '../../subgraphs/kernel/store.ts'
import { kernelMigrations, type KernelTables } from '../../subgraphs/kernel/tables.ts'

/** One engine, as a test sees it. */
export interface TestEngine {
  readonly name: Engine
  /** The URL of an empty database (a folder for SQLite), for `openStore`. Removed after the contract. */
  freshUrl(): Promise<string>
  /** Opens a store that is closed when the test ends; in a fresh database unless a URL is given. */
  open<Db>(url?: string, name?: string, options?: StoreOptions): Promise<Store<Db>>
  /** As `open`, with the kernel's tables and those of `migrations`. */
  openMigrated<Db extends KernelTables = KernelTables>(
    migrations?: readonly Migration[],
    url?: string,
  ): Promise<Store<Db>>
}

/**
 * Runs the same tests on SQLite and PostgreSQL.
 *
 * @example
 * eachEngine((engine) => {
 *   it('keeps what was written', async () => {
 *     const store = await engine.openMigrated()
 *   })
 * })
 */
export function eachEngine(contract: (engine: TestEngine) => void): void {
  onEngine('sqlite', contract)
  onEngine('postgres', contract)
}

/** Runs tests on one engine, for what only that one does. */
export function onEngine(name: Engine, contract: (engine: TestEngine) => void): void {
  const fresh = name === 'sqlite' ? freshFolder : freshDatabase
  describe(`on ${name}`, () => contract(engineOf(name, fresh)))
}

interface Fresh {
  readonly url: string
  remove(): void | Promise<void>
}

function engineOf(name: Engine, fresh: () => Fresh | Promise<Fresh>): TestEngine {
  const made: Fresh[] = []
  afterAll(async () => {
    for (const database of made.splice(0)) await database.remove()
  })
  const freshUrl = async () => {
    const database = await fresh()
    made.push(database)
    return database.url
  }
  const open = async <Db>(url?: string, subgraph = 'test', options?: StoreOptions) => {
    const store = await openStore<Db>(url ?? await freshUrl(), subgraph, options)
    onTestFinished(() => store.close())
    return store
  }
  return {
    name,
    freshUrl,
    open,
    async openMigrated<Db extends KernelTables>(
      migrations: readonly Migration[] = [],
      url?: string,
    ) {
      const store = await open<Db>(url)
      await migrate(store as unknown as Store<unknown>, [...kernelMigrations, ...migrations])
      return store
    },
  }
}

function freshFolder(): Fresh {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-'))
  return { url: `file:${folder}`, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

let databases = 0

async function freshDatabase(): Promise<Fresh> {
  const name = `test_${process.pid}_${++databases}`
  await onServer(`create database ${name} template template0`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = name
  return { url: url.href, remove: () => onServer(`drop database ${name} with (force)`) }
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
