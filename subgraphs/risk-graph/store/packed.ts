/**
 * Many rows of the record as one text: how the graph in memory reads them.
 *
 * A row as an object costs several times what it holds; 600,000 links are read in a fifth of the time
 * this way. Ids hold no control characters (`record.ts`), so that two of them part fields and rows.
 */
import { type RawBuilder, sql } from 'kysely'
import { isPostgres } from '../../kernel/store/statement.ts'
import { statement } from '../../kernel/store.ts'
import type { RiskTables } from '../tables.ts'
import type { RiskReader, Tenant } from './record.ts'

type Page = Tenant & { no: bigint; limit: bigint }

const FIELD = '\u001f'
const ROW = '\u001e'

const onSqlite = (row: RawBuilder<string>) => sql<string | null>`group_concat(${row}, char(30))`
const onPostgres = (row: RawBuilder<string>) =>
  sql<string | null>`string_agg(${row}, chr(30) order by p.no)`

function joined(fields: readonly string[], postgres: boolean): RawBuilder<string> {
  const mark = postgres ? sql`chr(31)` : sql`char(31)`
  const texts = fields.map((field) => sql`cast(${sql.ref(`p.${field}`)} as text)`)
  return sql<string>`${sql.join(texts, sql` || ${mark} || `)}`
}

const packedEntities = [false, true].map((postgres) =>
  statement<RiskTables, Page>()((db, page) =>
    db.selectFrom((eb) =>
      eb.selectFrom('entity').select(['no', 'id', 'type'])
        .where('tenant_id', '=', page.tenant).where('no', '>=', page.no).where('version', '=', 1n)
        .orderBy('no').limit(page.limit).as('p')
    ).select((postgres ? onPostgres : onSqlite)(joined(['no', 'id', 'type'], postgres)).as('pack'))
  )
)

const packedLinks = [false, true].map((postgres) =>
  statement<RiskTables, Page>()((db, page) =>
    db.selectFrom((eb) =>
      eb.selectFrom('link').select(['no', 'from_no', 'to_no', 'kind', 'valid_on'])
        .where('tenant_id', '=', page.tenant).where('no', '>=', page.no)
        .orderBy('no').limit(page.limit).as('p')
    ).select(
      (postgres ? onPostgres : onSqlite)(
        joined(['no', 'from_no', 'to_no', 'kind', 'valid_on'], postgres),
      ).as('pack'),
    )
  )
)

/** Calls `visit` with first versions from a number on, in order; answers how many there were. */
export async function eachEntityFrom(
  db: RiskReader,
  page: Page,
  visit: (id: string, type: string) => void,
): Promise<number> {
  const [row] = await packedEntities[isPostgres(db) ? 1 : 0]!(db, page)
  return eachRow(row!.pack, page.no, 3, (fields) => visit(fields[1]!, fields[2]!))
}

/** Calls `visit` with links from a number on, in order; the day is empty where unknown. */
export async function eachLinkFrom(
  db: RiskReader,
  page: Page,
  visit: (from: number, to: number, kind: number, on: string) => void,
): Promise<number> {
  const [row] = await packedLinks[isPostgres(db) ? 1 : 0]!(db, page)
  return eachRow(
    row!.pack,
    page.no,
    5,
    (fields) => visit(Number(fields[1]), Number(fields[2]), Number(fields[3]), fields[4]!),
  )
}

/** Reads a pack without an array per row; `fields` is the same one each time. */
function eachRow(
  pack: string | null,
  first: bigint,
  width: number,
  visit: (fields: readonly string[]) => void,
): number {
  if (pack === null) return 0
  const fields: string[] = new Array(width).fill('')
  let count = 0
  for (let at = 0; at < pack.length;) {
    for (let field = 0; field < width; field++) {
      const end = field + 1 < width ? pack.indexOf(FIELD, at) : pack.indexOf(ROW, at)
      const until = end === -1 ? pack.length : end
      fields[field] = pack.slice(at, until)
      at = until + 1
    }
    // SQLite promises no order inside an aggregate, though it keeps that of the rows it is given.
    if (fields[0] !== String(Number(first) + count)) throw new Error('the record has a gap')
    count += 1
    visit(fields)
  }
  return count
}
