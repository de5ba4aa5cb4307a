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
  /** The URL of an empty database (a folder for SQLite), for `openStore`. Removed after the run. */
  freshUrl(): Promise<string>
  /**
   * Opens a store that is closed when the test ends. Without a URL it is empty: a database of its
   * own, or on PostgreSQL a schema of its own in one that the contract shares, which costs a tenth.
   */
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
  describe(`on ${name}`, () => contract(engineOf(name)))
}

function engineOf(name: Engine): TestEngine {
  const freshUrl = name === 'sqlite' ? folders() : freshDatabase
  let shared: Promise<string> | undefined
  const open = async <Db>(url?: string, subgraph?: string, options?: StoreOptions) => {
    const share = url === undefined && subgraph === undefined && name === 'postgres'
    const store = await openStore<Db>(
      url ?? await (share ? shared ??= freshUrl() : freshUrl()),
      subgraph ?? (share ? freshSchema() : 'test'),
      options,
    )
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

/** Makes folders that are removed after the contract. */
function folders(): () => Promise<string> {
  const made: string[] = []
  afterAll(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'huitong-test-'))
    made.push(folder)
    return `file:${folder}`
  }
}

let count = 0

/** Databases are not dropped: the server goes with the run, and each drop would cost a checkpoint. */
async function freshDatabase(): Promise<string> {
  const name = `test_${process.pid}_${++count}`
  const client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  try {
    await client.query(`create database ${name} template template0`)
  } finally {
    await client.end()
  }
  const url = new URL(inject('postgresUrl'))
  url.pathname = name
  return url.href
}

/** A name of letters alone, as a subgraph's is. */
function freshSchema(): string {
  return `test_${String(++count).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!)}`
}
