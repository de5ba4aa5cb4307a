/**
 * Counts of use, kept and read. The only file of usage with SQL.
 */
import { sql } from 'kysely'
import { type Reader, statement, type Store, type Tx } from '../../subgraphs/kernel/store.ts'
import type { LocalDate } from '../../subgraphs/kernel/time.ts'
import type { FieldUse } from '../observe/usage.ts'
import type { UsageTables } from './tables.ts'

/** Uses on one day. */
export interface DayUse extends FieldUse {
  readonly usedOn: LocalDate
}

/** What one client did with one field, over all days that are kept. */
export interface ClientUse extends FieldUse {
  readonly lastOn: LocalDate
}

/** All that is known of use. @property since the first day of which anything is known */
export interface UseRecord {
  readonly since: LocalDate | undefined
  /** By coordinate and client. */
  readonly uses: readonly ClientUse[]
}

/** Rows that one upkeep deletes at most. */
const FORGET_ROWS = 1_000
/** Usage is of the installation, whoever's data the fields held. */
const INSTALLATION = ''

const add = statement<UsageTables, {
  client: string
  coordinate: string
  usedOn: LocalDate
  count: bigint
}>()((db, p) =>
  db.insertInto('field_usage')
    .values({
      tenant_id: INSTALLATION,
      client: p.client,
      coordinate: p.coordinate,
      used_on: p.usedOn,
      count: p.count,
    })
    .onConflict((c) =>
      c.columns(['tenant_id', 'client', 'coordinate', 'used_on']).doUpdateSet((eb) => ({
        count: eb('field_usage.count', '+', eb.ref('excluded.count')),
      }))
    )
)

const forget = statement<UsageTables, { before: LocalDate }>()((db, p) =>
  db.deleteFrom('field_usage').where((eb) =>
    eb(
      eb.refTuple('tenant_id', 'client', 'coordinate', 'used_on'),
      'in',
      eb.selectFrom('field_usage').select(['tenant_id', 'client', 'coordinate', 'used_on'])
        .where('used_on', '<', p.before).limit(FORGET_ROWS)
        .$asTuple('tenant_id', 'client', 'coordinate', 'used_on'),
    )
  )
)

/** Adds to what was counted, as one unit. Sorted, so that processes never wait for each other in a ring. */
export async function addUses(store: Store<UsageTables>, uses: readonly DayUse[]): Promise<void> {
  const ordered = uses.toSorted((a, b) => keyOf(a) < keyOf(b) ? -1 : 1)
  await store.write(async (tx: Tx<UsageTables>) => {
    for (const { client, coordinate, usedOn, count } of ordered) {
      await add(tx, { client, coordinate, usedOn, count })
    }
  }, { lane: 'usage' })
}

/** Forgets days before a date, up to 1,000 rows at a time. */
export async function forgetUses(store: Store<UsageTables>, before: LocalDate): Promise<void> {
  await store.write((tx) => forget(tx, { before }), { lane: 'usage' })
}

/** Reads all that is known. */
export async function readUses(read: Reader<UsageTables>): Promise<UseRecord> {
  const rows = await read.selectFrom('field_usage')
    .select(['client', 'coordinate'])
    // The sum of 64-bit counts would be numeric on PostgreSQL.
    .select(sql<bigint>`cast(sum(count) as bigint)`.as('count'))
    .select((eb) => [
      eb.fn.min<LocalDate>('used_on').as('first_on'),
      eb.fn.max<LocalDate>('used_on').as('last_on'),
    ])
    .where('tenant_id', '=', INSTALLATION)
    .groupBy(['coordinate', 'client'])
    .orderBy('coordinate').orderBy('client')
    .execute()
  const [since] = rows.map((row) => row.first_on).toSorted()
  const uses = rows.map((row) => ({
    client: row.client,
    coordinate: row.coordinate,
    count: row.count,
    lastOn: row.last_on,
  }))
  return { since, uses }
}

/** Orders uses and tells them apart. */
export function keyOf({ client, coordinate, usedOn }: DayUse): string {
  return JSON.stringify([client, coordinate, usedOn])
}
