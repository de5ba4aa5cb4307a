/**
 * One statement over many rows.
 *
 * Binding and running a statement costs more than the row that it writes. What a commit writes into
 * one table therefore goes as few statements, in sizes that are compiled once each.
 */
import { CompiledQuery, type Kysely } from 'kysely'
import { isPostgres, type Rows } from './statement.ts'

/** Rows per statement: few sizes, so that few statements are kept compiled. */
const SIZES = [64, 16, 4, 2, 1]

/** What a column of the rows is, for engines that cannot tell it from where it is used. */
export type RowType = 'bigint' | 'text'

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
  const texts = new Map<string, string>()
  const textFor = (postgres: boolean, size: number): string => {
    const key = `${postgres}${size}`
    let text = texts.get(key)
    if (text === undefined) {
      text = build(valuesOf(types, size, postgres))
      texts.set(key, text)
    }
    return text
  }
  /** @throws RangeError when a row has not one value per type */
  return async (db: Kysely<Db>, rows: readonly (readonly unknown[])[]): Promise<Rows<Row>> => {
    const postgres = isPostgres(db)
    const answers: Row[] = []
    let affected = 0n
    for (let at = 0; at < rows.length;) {
      const size = SIZES.find((s) => s <= rows.length - at)!
      const parameters: unknown[] = []
      for (let i = at; i < at + size; i++) {
        if (rows[i]!.length !== types.length) throw new RangeError('a row has other columns')
        parameters.push(...rows[i]!)
      }
      const query = CompiledQuery.raw(textFor(postgres, size), parameters)
      const result = await db.executeQuery<Row>(query as CompiledQuery<Row>)
      affected += result.numAffectedRows ?? BigInt(result.rows.length)
      answers.push(...result.rows)
      at += size
    }
    return Object.defineProperty(answers, 'affected', { value: affected }) as unknown as Rows<Row>
  }
}

function valuesOf(types: readonly RowType[], size: number, postgres: boolean): string {
  const rows = Array.from({ length: size }, (_, row) => {
    const columns = types.map((type, column) => {
      if (!postgres) return '?'
      const parameter = `$${row * types.length + column + 1}`
      // The first row tells the types of all.
      return row === 0 ? `cast(${parameter} as ${type})` : parameter
    })
    return `(${columns.join(', ')})`
  })
  return `values ${rows.join(', ')}`
}
