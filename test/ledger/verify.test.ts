import Database from 'libsql'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { entriesBetween } from '../../subgraphs/ledger/store/statement.ts'
import { onEngine } from '../rig/engines.ts'
import { ledgerDesk, openFunded, placeHold } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, granted, openRig } from '../support/rig.ts'
import { deleteLast, overwrite, tamperer } from '../support/tamper.ts'

const HASH = `'${'f'.repeat(64)}'`
const BYTES = `x'${'f'.repeat(64)}'`

/** A column and what somebody writes into it; the row is the first. */
const TAMPERING: readonly [table: string, column: string, value: string, names: RegExp][] = [
  ['voucher', 'tenant_id', `'nobody'`, /VOUCHER|CHAIN_BROKEN/],
  ['voucher', 'id', `'vch_x'`, /VOUCHER_CHANGED|CHAIN_BROKEN/],
  ['voucher', 'number', `'2026-11-999999'`, /VOUCHER_CHANGED/],
  ['voucher', 'kind', `'MANUAL'`, /VOUCHER_CHANGED/],
  ['voucher', 'serial', `'OA20200101-000001-0'`, /VOUCHER_CHANGED/],
  ['voucher', 'event_id', `'evt_x'`, /VOUCHER_CHANGED/],
  ['voucher', 'event_type', `'other'`, /VOUCHER_CHANGED/],
  ['voucher', 'rule_version', '2', /VOUCHER_CHANGED/],
  ['voucher', 'reverses', `'vch_x'`, /VOUCHER_CHANGED/],
  ['voucher', 'booking_on', `'2026-10-01'`, /VOUCHER_CHANGED/],
  ['voucher', 'value_on', `'2026-10-01'`, /VOUCHER_CHANGED/],
  ['voucher', 'recorded_at', `'2020-01-01T00:00:00.000Z'`, /VOUCHER_CHANGED/],
  ['voucher', 'posted_by', `'mallory'`, /VOUCHER_CHANGED/],
  ['voucher', 'summary', `'other'`, /VOUCHER_CHANGED/],
  ['voucher', 'hash', BYTES, /VOUCHER_CHANGED/],
  ['voucher', 'link', '999', /CHAIN_BROKEN/],
  ['voucher', 'voucher_no', '900', /ENTRY_WITHOUT_VOUCHER[^]*VOUCHER_CHANGED/],
  ['voucher', 'red', '1 - red', /VOUCHER_CHANGED/],
  ['voucher', 'posting_key', `'other'`, /VOUCHER_CHANGED/],
  ['voucher', 'body_hash', BYTES, /VOUCHER_CHANGED/],
  ['entry_line', 'entry_no', '900000', /ENTRY_WITHOUT_VOUCHER[^]*VOUCHER_CHANGED/],
  ['entry_line', 'entry_no', 'entry_no + 7', /VOUCHER_CHANGED/],
  ['entry_line', 'account_no', `(select max(account_no) from account)`, /VOUCHER_CHANGED/],
  ['entry_line', 'account_no', '900', /ENTRY_WITHOUT_VOUCHER[^]*VOUCHER_CHANGED/],
  ['entry_line', 'amount', '-amount', /VOUCHER_UNBALANCED[^]*VOUCHER_CHANGED/],
  ['entry_line', 'amount', '1', /VOUCHER_UNBALANCED[^]*VOUCHER_CHANGED/],
  ['entry_line', 'balance_after', '1', /VOUCHER_CHANGED/],
  ['entry_line', 'prev_entry', '1', /ENTRY_LINK_WRONG/],
  ['account_balance', 'balance', '1', /BALANCE_WRONG/],
  ['account_balance', 'last_entry', '1', /LAST_ENTRY_WRONG/],
  ['account_balance', 'held', '5', /HOLD_WRONG/],
  ['account_record', 'institution', `'1003'`, /VOUCHER_CHANGED/],
  ['account_record', 'subject', `'660299'`, /VOUCHER_CHANGED/],
  ['account_record', 'currency', `'USD'`, /VOUCHER_CHANGED/],
  ['account_day', 'debit', 'debit + 5', /DAY_WRONG/],
  ['account_day', 'debit', 'debit + 5, credit = credit + 5', /DAY_WRONG/],
  ['account_day', 'booking_on', `'2026-10-01'`, /DAY_WRONG[^]*DAY_MISSING/],
  ['account_day', 'value_on', `'2026-10-01'`, /DAY_WRONG[^]*DAY_MISSING/],
  ['account_hold', 'state', `'VOIDED'`, /HOLD_WRONG/],
  ['account_hold', 'captured', '1', /HOLD_WRONG/],
  ['general_day', 'debit', 'debit + 5', /GENERAL_WRONG/],
  ['general_day', 'credit', 'credit + 5', /GENERAL_WRONG/],
  ['general_day', 'booking_on', `'2026-10-01'`, /GENERAL_WRONG[^]*GENERAL_MISSING/],
  ['general_day', 'subject', `'9999'`, /GENERAL_WRONG[^]*GENERAL_MISSING/],
  ['accounting_event', 'outcome', `'REFUSED'`, /VOUCHER_WITHOUT_EVENT/],
  ['accounting_event', 'id', `'evt_x'`, /EVENT_WITHOUT_VOUCHER/],
  ['accounting_event', 'body', `'{}'`, /VOUCHER_CHANGED/],
  ['accounting_event', 'serial', `'OA1'`, /EVENT_CHANGED/],
  ['accounting_event', 'type', `'other'`, /EVENT_CHANGED/],
  ['suspense_item', 'state', `'CLEARED'`, /SUSPENSE_WRONG/],
  ['chain_link', 'seq', '0', /CHAIN_BROKEN/],
  ['chain_link', 'chain', `'other'`, /CHAIN_BROKEN/],
  ['chain_link', 'prev_hash', HASH, /CHAIN_BROKEN/],
  ['chain_link', 'root', HASH, /CHAIN_BROKEN/],
  ['chain_link', 'hash', HASH, /CHAIN_BROKEN/],
  ['chain_link', 'leaves', '7', /CHAIN_BROKEN/],
]

/** The same text with another byte at a place. */
function flip(text: string, at: number): string {
  const other = text[at] === '0' ? '1' : '0'
  return text.slice(0, at) + other + text.slice(at + 1)
}

function refusedByIndex(change: () => number): boolean {
  try {
    return change() !== 1
  } catch (error) {
    if (/UNIQUE/.test(String(error))) return true
    throw error
  }
}

function flipBytes(bytes: ArrayBuffer, at: number): ArrayBuffer {
  const other = new Uint8Array(bytes.slice(0))
  other[at]! ^= 1
  return other.buffer
}

/** What is written where nothing is. */
function emptyOf(column: string): string | number | ArrayBuffer {
  if (column === 'body_hash') return new Uint8Array([1]).buffer
  return column === 'rule_version' || column === 'prev_entry' ? 1 : 'x'
}

/** A value as SQL has it. */
function literal(value: string | number | ArrayBuffer | null | undefined): string {
  if (value == null) return 'null'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `'${value}'`
  return `x'${Buffer.from(value).toString('hex')}'`
}

// The database of SQLite is a file, which anybody can open who can read it.
onEngine('sqlite', (engine) => {
  const open = async () => {
    const rig = await openRig(ledger, await engine.freshUrl())
    onTestFinished(() => rig.close())
    const desk = await ledgerDesk(rig)
    await desk.approve()
    await desk.approve({ dimensions: {} })
    await desk.approve({ type: 'nothing.known' })
    const voucher = await desk.post(
      ['1001', '1001', 'DEBIT', '5'],
      ['1001', '4001', 'CREDIT', '5'],
    )
    granted(
      await desk.commands().reverseVoucher({ idempotencyKey: newKey(), voucher, reason: 'r' }),
    )
    const { account } = await openFunded(desk, '100.00')
    await placeHold(desk, account, '30.00')
    return { rig, desk, change: tamperer(rig, 'ledger') }
  }

  describe('verification', () => {
    it('finds nothing wrong with what nobody touched', async () => {
      const { rig } = await open()
      expect(await findings(rig.running)).toEqual([])
    })

    it.each(TAMPERING)('names what was written over %s.%s', async (table, column, value, names) => {
      const { rig, change } = await open()
      expect(change(overwrite(table, column, value))).toBe(1)
      expect((await findings(rig.running)).join('\n')).toMatch(names)
    })

    it.each([
      ['day_debit', 'day_debit + 5', /DAY_WRONG/],
      ['day_debit', 'day_debit + 5, day_credit = day_credit + 5', /DAY_WRONG/],
      ['day_on', '20261001', /DAY_WRONG[^]*DAY_MISSING/],
    ])(
      'names what was written over the open day of an account (%s)',
      async (column, value, names) => {
        const { rig, change } = await open()
        // The last account has one: what is in the first counts from another day.
        expect(change(overwrite('account_balance', column, value, 'max'))).toBe(1)
        expect((await findings(rig.running)).join('\n')).toMatch(names)
      },
    )

    it.each<[string, RegExp]>([
      ['voucher', /CHAIN_BROKEN/],
      ['entry_line', /VOUCHER_CHANGED/],
      ['account_balance', /BALANCE_WRONG/],
      ['account_day', /DAY_MISSING/],
      ['account_hold', /HOLD_WRONG/],
      ['general_day', /GENERAL_MISSING/],
      ['suspense_item', /SUSPENSE_WRONG/],
      ['chain_link', /CHAIN_BROKEN/],
    ])('misses a row that was deleted from %s', async (table, names) => {
      const { rig, change } = await open()
      expect(change(deleteLast(table))).toBe(1)
      expect((await findings(rig.running)).join('\n')).toMatch(names)
    })

    it('lets a statement end though entries name one another in a circle', async () => {
      const { rig, change, desk } = await open()
      change(`update entry_line set prev_entry = entry_no where prev_entry is null`)
      const [{ id } = { id: '' }] = await desk.db.selectFrom('account').select('id').execute()
      const all = { from: '2026-01-01', to: '2026-12-31', limit: 100 }
      expect(await entriesBetween(desk.db, desk.tenant, id, all)).not.toEqual([])
      expect((await findings(rig.running)).join('\n')).toMatch(/ENTRY_LINK_WRONG/)
    })

    it('names the voucher or link of which any one byte was changed', async () => {
      const { rig, change, desk } = await open()
      const db = new Database(join(rig.env.databaseUrl.slice('file:'.length), 'ledger.db'))
      onTestFinished(() => void db.close())
      const vouchers = await desk.db.selectFrom('voucher').select([
        'voucher_no',
        'id',
        'number',
        'link',
      ])
        .execute()
      let seed = 7
      const at = (length: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % length
      const unnamed: string[] = []
      let cells = 0
      for (const table of ['voucher', 'entry_line', 'chain_link']) {
        const rows = db.prepare(`select rowid as row, * from ${table}`).all([]) as Record<
          string,
          string | number | ArrayBuffer | null
        >[]
        for (const { row, ...columns } of rows) {
          for (const [column, value] of Object.entries(columns)) {
            const other = typeof value === 'number'
              ? value + 1
              : value instanceof ArrayBuffer
              ? flipBytes(value, at(value.byteLength))
              : value === null || value === ''
              ? emptyOf(column)
              : flip(value, at(value.length))
            const set = (to: typeof value, at = row) =>
              change(`update ${table} set ${column} = ${literal(to)} where rowid = ${at}`)
            // Where the database itself refuses: a number or a leaf that another row has.
            if (refusedByIndex(() => set(other))) continue
            const found = (await findings(rig.running)).join('\n')
            const of = table === 'entry_line' ? Number(columns.entry_no) >> 10 : columns.voucher_no
            const voucher = vouchers.find((v) => Number(v.voucher_no) === of)
            const link = `link ${columns.seq ?? voucher!.link}:`
            const names = table === 'chain_link' ? [link] : [link, voucher!.id, voucher!.number]
            if (!names.some((name) => found.includes(name))) {
              unnamed.push(`${table}.${column} of ${row}: ${found}`)
            }
            const moved = column === 'voucher_no' || column === 'entry_no'
            set(value!, moved ? other as number : row)
            cells += 1
          }
        }
      }
      expect(unnamed).toEqual([])
      expect(cells).toBeGreaterThan(150)
      expect(await findings(rig.running)).toEqual([])
    }, 60_000)

    it('names vouchers that changed places within their link', async () => {
      const rig = await openRig(ledger, await engine.freshUrl())
      onTestFinished(() => rig.close())
      const desk = await ledgerDesk(rig)
      await Promise.all([desk.approve(), desk.approve(), desk.approve()])
      const change = tamperer(rig, 'ledger')
      const [first, last] = [
        `(select min(voucher_no) from voucher)`,
        `(select max(voucher_no) from voucher)`,
      ]
      // With their entries, so that each is still what was hashed.
      change(`update voucher set voucher_no = 900 where voucher_no = ${last}`)
      change(`update entry_line set entry_no = entry_no - 1024 * (entry_no >> 10) + 1024 * 900
        where entry_no >> 10 = (select max(entry_no) >> 10 from entry_line)`)
      change(`update voucher set voucher_no = 1000 where voucher_no = ${first}`)
      change(`update entry_line set entry_no = entry_no - 1024 * (entry_no >> 10) + 1024 * 1000
        where entry_no >> 10 = (select min(entry_no) >> 10 from entry_line)`)
      expect((await findings(rig.running)).join('\n')).not.toMatch(/VOUCHER_CHANGED/)
      expect((await findings(rig.running)).join('\n')).toMatch(/CHAIN_BROKEN/)
    })
  })
})
