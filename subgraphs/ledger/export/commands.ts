/**
 * Statements as files, kept under their hash: `GET /files/<hash>` gives them.
 */
import type { BlobStore } from '../../kernel/blob.ts'
import type { Currency } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type LocalDate, parseDate } from '../../kernel/time.ts'
import { type AccountRow, findAccount } from '../store/account.ts'
import { subjects } from '../store/chart.ts'
import type { LedgerReader } from '../store/handle.ts'
import { trialBalance } from '../store/report.ts'
import { entriesBetween } from '../store/statement.ts'
import type { CommandDesk } from '../command-desk.ts'
import { type Cell, type Sheet, toCsv } from './sheet.ts'
import { toXlsx } from './xlsx.ts'

export type ExportFormat = 'CSV' | 'XLSX'
export type ExportCode =
  | 'ACCOUNT_UNKNOWN'
  | 'DATE_MALFORMED'
  | 'EXPORT_TOO_LARGE'
  | 'FILE_TOO_LARGE'

/** The most rows of one file, and the most bytes. */
const ROWS_MAX = 50_000
const BYTES_MAX = 64 * 2 ** 20

/** A file that was made. */
export interface ExportedFile {
  readonly hash: string
  readonly bytes: number
  readonly name: string
  readonly rows: number
}

interface Period {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly format: ExportFormat
}

export class ExportCommands {
  readonly #desk: CommandDesk
  readonly #blobs: BlobStore

  constructor(desk: CommandDesk, blobs: BlobStore) {
    this.#desk = desk
    this.#blobs = blobs
  }

  /** An account's entries between two booking dates (对账单), oldest first, with the balance before. */
  async statement(
    input: Period & { readonly account: string },
  ): Promise<Result<ExportedFile, ExportCode>> {
    const period = checkPeriod(input)
    if (!period.ok) return period
    const { tenant, store } = this.#desk
    const sheet = await store.snapshot(async (db): Promise<Result<Sheet, ExportCode>> => {
      const by = input.account.startsWith('acc_')
        ? { id: input.account }
        : { number: input.account }
      const account = await findAccount(db, tenant, by)
      if (account === undefined) {
        return refuse('ACCOUNT_UNKNOWN', 'There is no such account.', '/account')
      }
      return await statementOf(db, tenant, account, input)
    })
    return sheet.ok ? await this.#keep(sheet.value, input.format) : sheet
  }

  /** The trial balance between two booking dates (科目余额表). */
  async trialBalance(
    input: Period & { readonly institution?: string | null | undefined },
  ): Promise<Result<ExportedFile, ExportCode>> {
    const period = checkPeriod(input)
    if (!period.ok) return period
    const { tenant, store } = this.#desk
    const { from, to } = input
    const rows = await store.snapshot(async (db): Promise<Cell[][]> => {
      const chart = new Map((await subjects(db, { tenant })).map((row) => [row.code, row]))
      const sums = await trialBalance(db, tenant, {
        from,
        to,
        institution: input.institution ?? undefined,
      })
      return sums.map(({ subject, currency, opening, debit, credit }) => {
        const amount = (minor: bigint): Cell => ({ minor, currency })
        return [
          subject,
          chart.get(subject)!.zh,
          chart.get(subject)!.en,
          currency,
          amount(opening),
          amount(debit),
          amount(credit),
          amount(opening + debit - credit),
        ]
      })
    })
    const columns = [
      '科目 Subject',
      '名称',
      'Name',
      '币种 Currency',
      '期初 Opening',
      '借方 Debit',
      '贷方 Credit',
      '期末 Closing',
    ]
    return await this.#keep({ name: `trial-balance-${from}-${to}`, columns, rows }, input.format)
  }

  async #keep(sheet: Sheet, format: ExportFormat): Promise<Result<ExportedFile, ExportCode>> {
    const bytes = format === 'CSV' ? new TextEncoder().encode(toCsv(sheet)) : await toXlsx(sheet)
    const kept = await this.#blobs.put(this.#desk.tenant, once(bytes), BYTES_MAX)
    if (!kept.ok) return kept
    const name = `${sheet.name}.${format.toLowerCase()}`
    return ok({ ...kept.value, name, rows: sheet.rows.length })
  }
}

async function statementOf(
  db: LedgerReader,
  tenant: string,
  account: AccountRow,
  { from, to }: Period,
): Promise<Result<Sheet, ExportCode>> {
  const entries = await entriesBetween(db, tenant, account.id, { from, to, limit: ROWS_MAX })
  if (entries.length > ROWS_MAX) {
    return refuse(
      'EXPORT_TOO_LARGE',
      `A file has at most ${ROWS_MAX} rows; take a shorter period.`,
      '/from',
    )
  }
  const currency = account.currency as Currency
  const amount = (minor: bigint): Cell => ({ minor, currency })
  const rows = entries.map((entry): Cell[] => [
    entry.booking_on,
    entry.value_on,
    entry.number,
    entry.summary,
    currency,
    entry.side === 'DEBIT' ? amount(entry.minor) : '',
    entry.side === 'CREDIT' ? amount(entry.minor) : '',
    amount(entry.balance_after),
  ])
  const columns = [
    '会计日 Booked on',
    '起息日 Value on',
    '凭证号 Voucher',
    '摘要 Summary',
    '币种 Currency',
    '借方 Debit',
    '贷方 Credit',
    '余额 Balance',
  ]
  return ok({ name: `statement-${from}-${to}`, columns, rows })
}

function checkPeriod({ from, to }: Period): Result<null, 'DATE_MALFORMED'> {
  const first = parseDate(from, '/from')
  if (!first.ok) return first
  const last = parseDate(to, '/to')
  return last.ok ? ok(null) : last
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
