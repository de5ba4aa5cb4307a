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

/** `no, id, type` of first versions from a number on, in order. */
export async function entitiesFrom(db: RiskReader, page: Page): Promise<string[][]> {
  const [row] = await packedEntities[isPostgres(db) ? 1 : 0]!(db, page)
  return unpack(row!.pack, page.no)
}

/** `no, from, to, kind, day` of links from a number on, in order; the day is empty where unknown. */
export async function linksFrom(db: RiskReader, page: Page): Promise<string[][]> {
  const [row] = await packedLinks[isPostgres(db) ? 1 : 0]!(db, page)
  return unpack(row!.pack, page.no)
}

function unpack(pack: string | null, first: bigint): string[][] {
  if (pack === null) return []
  const rows = pack.split(ROW).map((row) => row.split(FIELD))
  // SQLite promises no order inside an aggregate; it keeps that of the rows it is given.
  const inOrder = rows.every((row, i) => Number(row[0]) === Number(first) + i)
  if (!inOrder) rows.sort((a, b) => Number(a[0]) - Number(b[0]))
  return rows
}
