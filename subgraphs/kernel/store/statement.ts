/**
 * Statements that are compiled once and run with arguments.
 *
 * Half the CPU of building the same query each time, with the same types.
 */
import {
  type Compilable,
  CompiledQuery,
  type Kysely,
  PostgresAdapter,
  type RootOperationNode,
  type ValueNode,
  type ValuesNode,
} from 'kysely'
import { StoreError } from './error.ts'
import type { OwnQuery } from './handle.ts'

class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Rows of a compiled statement; `affected` is the count of rows that it changed. */
export type Rows<Row> = readonly Row[] & { readonly affected: bigint }

/**
 * A statement over the tables `Db` with the arguments `Args`, compiled on first use per engine.
 *
 * The arguments may stand wherever Kysely takes a value; they may not choose the query's shape.
 *
 * @example
 * const balanceOf = statement<Tables, { account: string }>()((db, p) =>
 *   db.selectFrom('account').select('balance').where('id', '=', p.account))
 * const [row] = await balanceOf(tx, { account: 'acc_1' })
 */
export function statement<Db, Args extends object>() {
  return <Row>(build: (db: Kysely<Db>, args: Args) => Compilable<Row>) => {
    const compiled = new Map<boolean, { query: CompiledQuery<Row>; atMostOne: boolean }>()
    return async (db: Kysely<Db>, args: Args): Promise<Rows<Row>> => {
      const postgres = isPostgres(db)
      let known = compiled.get(postgres)
      if (known === undefined) {
        const query = build(db, slots<Args>()).compile()
        known = { query, atMostOne: answersAtMostOne(query.query) }
        compiled.set(postgres, known)
      }
      const { query, atMostOne } = known
      const parameters = query.parameters.map((p) => p instanceof Slot ? argument(args, p.name) : p)
      const call: OwnQuery = { ...CompiledQuery.raw(query.sql, parameters), atMostOne }
      const result = await db.executeQuery<Row>(call as CompiledQuery<Row>)
      // Not enumerable, so that the rows compare and print as a plain list.
      return Object.defineProperty(result.rows, 'affected', {
        value: result.numAffectedRows ?? BigInt(result.rows.length),
      }) as unknown as Rows<Row>
    }
  }
}

/** Whether a query is sure to answer no more than one row: an insert of one, or `limit 1`. */
function answersAtMostOne(node: RootOperationNode): boolean {
  if (node.kind === 'InsertQueryNode') {
    const values = node.values as ValuesNode | undefined
    return values?.kind === 'ValuesNode' && values.values.length === 1
  }
  if (node.kind !== 'SelectQueryNode') return false
  const limit = node.limit?.limit
  return limit?.kind === 'ValueNode' && Number((limit as ValueNode).value) === 1
}

/** Whether a handle speaks PostgreSQL. */
export function isPostgres(db: Kysely<never> | { getExecutor(): { adapter: unknown } }): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

function slots<Args>(): Args {
  return new Proxy({}, { get: (_, name) => new Slot(String(name)) }) as Args
}

function argument(args: object, name: string): unknown {
  const value = (args as Record<string, unknown>)[name]
  if (value === undefined) throw new StoreError('cannot_bind', `argument ${name} is missing`)
  return value
}
