/**
 * Somebody who writes into the database past the system.
 */
import Database from 'libsql'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RunningSubgraph } from '../../subgraphs/kernel/subgraph.ts'
import type { Rig } from './rig.ts'

/**
 * Changes rows of an SQLite database as whoever holds the file can: guards dropped, references
 * unchecked. Runs one statement and answers how many rows it changed.
 */
export function tamperer(
  rig: Rig<RunningSubgraph>,
  name: string,
): (sql: string) => number {
  const db = new Database(join(rig.env.databaseUrl.slice('file:'.length), `${name}.db`))
  onTestFinished(() => void db.close())
  db.exec('pragma foreign_keys = off')
  db.exec('pragma ignore_check_constraints = on')
  const triggers = db.prepare(`select name from sqlite_master where type = 'trigger'`).all([])
  for (const { name } of triggers as { name: string }[]) db.exec(`drop trigger ${name}`)
  return (sql) => db.prepare(sql).run([]).changes
}

/** Writes over one column of a row, by default the first. */
export function overwrite(table: string, column: string, value: string, which = 'min'): string {
  return `update ${table} set ${column} = ${value} ` +
    `where rowid = (select ${which}(rowid) from ${table})`
}

/** Deletes the last row. */
export function deleteLast(table: string): string {
  return `delete from ${table} where rowid = (select max(rowid) from ${table})`
}
