/**
 * The report of an import: what became of every row of the file, as CSV.
 */
import { csvField } from '../../kernel/csv.ts'
import { MOVING, type OrderStatus, WAITING } from '../order-state.ts'
import { importRows, type OrderReader } from '../store.ts'

/** `posted`: done; `waiting`: a person has to act, or it is on its way; `refused`: never became an order. */
export type RowOutcome = 'posted' | 'waiting' | 'refused'

const PAGE = 500n
const HEADER = 'row,key,outcome,serial,status,code,reason\r\n'

/** What a row ended as. Orders that were rejected or withdrawn by a person count as refused. */
export function outcomeOfRow(status: string | null): RowOutcome {
  if (status === null || status === 'REJECTED' || status === 'WITHDRAWN') return 'refused'
  const known = status as OrderStatus
  return WAITING.has(known) || MOVING.has(known) ? 'waiting' : 'posted'
}

/** The report as UTF-8 with a byte order mark, which spreadsheets need. */
export async function* reportCsv(
  db: OrderReader,
  tenant: string,
  job: string,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(`\uFEFF${HEADER}`)
  let after = 0n
  while (true) {
    const rows = await importRows(db, { tenant, job, after, limit: PAGE })
    if (rows.length === 0) return
    yield encoder.encode(
      rows.map((row) =>
        [
          row.row_no.toString(),
          row.row_key,
          outcomeOfRow(row.status),
          row.serial ?? '',
          row.status ?? '',
          row.code ?? '',
          row.message ?? '',
        ].map(csvField).join(',') + '\r\n'
      ).join(''),
    )
    after = rows.at(-1)!.row_no
  }
}
