/**
 * One statement over many rows.
 *
 * Binding and running a statement costs more than the row that it writes. What a commit writes into
 * one table therefore goes as few statements, in sizes that are compiled once each.
 */
import { CompiledQuery, type Kysely } from 'kysely'
import type { OwnQuery } from './handle.ts'
import { isPostgres, type Rows } from './statement.ts'

/** Rows per statement: few sizes, so that few statements are kept compiled. */
const SIZES = [64, 16, 4, 2, 1]

/** Rows per statement where a column of any length is one parameter. */
const ARRAY_ROWS_MAX = 1000

/** What a column of the rows is, for engines that cannot tell it from where it is used. */
export type RowType = 'bigint' | 'text' | 'bytea'

/**
 * A statement over rows of values. They stand where `build` puts `values (…), (…)`; in a `from` or
 * `join` their columns are named `column1`, `column2` and so on, by both engines.
 *
 * @example
 * const addTags = rowsStatement<Tables>(['text', 'text'], (values) =>
 *   `insert into tag (id, name) ${values} on conflict do nothing`)
 * await addTags(tx, [['t1', 'red'], ['t2', 'blue']])
 */
export function rowsStatement<Db, Row = Record<never, never>>(
  types: readonly RowType[],
  build: (values: string) => string,
) {
  const texts = new Map<number, string>()
  const textFor = (size: number): string => {
    let text = texts.get(size)
    if (text === undefined) texts.set(size, text = build(valuesOf(types.length, size)))
    return text
  }
  const arrays = build(unnestOf(types))
  /** @throws RangeError when a row has not one value per type */
  return async (db: Kysely<Db>, rows: readonly (readonly unknown[])[]): Promise<Rows<Row>> => {
    const postgres = isPostgres(db)
    if (rows.some((row) => row.length !== types.length)) {
      throw new RangeError('a row has other columns')
    }
    const answers: Row[] = []
    let affected = 0n
    for (let at = 0; at < rows.length;) {
      const left = rows.length - at
      const size = postgres ? Math.min(left, ARRAY_ROWS_MAX) : SIZES.find((s) => s <= left)!
      const part = at === 0 && size === rows.length ? rows : rows.slice(at, at + size)
      const query: OwnQuery = postgres
        ? CompiledQuery.raw(arrays, types.map((_, column) => part.map((row) => row[column])))
        : { ...CompiledQuery.raw(textFor(size)), rows: part }
      const result = await db.executeQuery<Row>(query as CompiledQuery<Row>)
      affected += result.numAffectedRows ?? BigInt(result.rows.length)
      answers.push(...result.rows)
      at += size
    }
    return Object.defineProperty(answers, 'affected', { value: affected }) as unknown as Rows<Row>
  }
}

function valuesOf(columns: number, size: number): string {
  const row = `(${Array(columns).fill('?').join(', ')})`
  return `values ${Array(size).fill(row).join(', ')}`
}

/** An array per column: one statement and one plan for any number of rows. */
function unnestOf(types: readonly RowType[]): string {
  const arrays = types.map((type, column) => `cast($${column + 1} as ${type}[])`)
  const names = types.map((_, column) => `column${column + 1}`)
  return `select * from unnest(${arrays.join(', ')}) as given(${names.join(', ')})`
}
