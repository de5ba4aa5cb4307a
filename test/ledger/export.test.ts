import excel from 'exceljs'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMoney } from '../../subgraphs/kernel/money.ts'
import { type Cell, toCsv, toNumber } from '../../subgraphs/ledger/export/sheet.ts'
import { ledgerSchema } from '../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../rig/engines.ts'
import { dataOf } from '../support/graph.ts'
import { type LedgerDesk, openFunded, ownLedgerDesks } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { granted, refusal } from '../support/rig.ts'

describe('a sheet as CSV', () => {
  const cell: fc.Arbitrary<Cell> = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !/^[\s\ufeff]|\s$/.test(s)),
    fc.record({
      minor: fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
      currency: fc.constantFrom('CNY' as const, 'JPY' as const, 'KWD' as const),
    }),
  )

  it('is read back by another reader as it was, but for what would be a formula', () => {
    fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 })), (rows) => {
      const text = toCsv({ name: 'x', columns: ['a', 'b'], rows })
      expect(text.startsWith('\ufeff')).toBe(true)
      const read = parse(text, { bom: true, relax_column_count: true }) as string[][]
      expect(read).toEqual([
        ['a', 'b'],
        ...rows.map((row) =>
          row.map((one) =>
            typeof one !== 'string' ? formatMoney(one) : /^[=+\-@\t\r]/.test(one) ? `'${one}` : one
          )
        ),
      ])
    }))
  })

  it('an amount is a number only while a number holds it', () => {
    expect(toNumber({ minor: -12345n, currency: 'CNY' })).toEqual({
      value: -123.45,
      format: '#,##0.00',
    })
    expect(toNumber({ minor: 700n, currency: 'JPY' })).toEqual({ value: 700, format: '#,##0' })
    expect(toNumber({ minor: 10n ** 15n, currency: 'CNY' })).toBeUndefined()
  })
})

eachEngine((engine) => {
  const newDesk = ownLedgerDesks(engine)
  const schema = ledgerSchema()
  const exports = (desk: LedgerDesk) => desk.context(desk.accountant).ledger.exports
  const bytesOf = async (desk: LedgerDesk, hash: string) => {
    const parts: Uint8Array[] = []
    for await (const part of (await desk.rig.env.blobs.get(desk.tenant, hash))!) parts.push(part)
    return Buffer.concat(parts)
  }

  describe('exports', () => {
    it('a statement has every entry of its days, oldest first, in either format', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '100.00')
      granted(
        await desk.commands().postVoucher({
          idempotencyKey: newKey(),
          summary: '=1+1, "取现"',
          legs: [
            { account, side: 'DEBIT', amount: { amount: '30.00', currency: 'CNY' } },
            {
              institution: '1001',
              subject: '1001',
              side: 'CREDIT',
              amount: { amount: '30.00', currency: 'CNY' },
            },
          ],
        }),
      )
      const period = { account, from: '2026-11-01', to: '2026-11-30' }
      const csv = granted(await exports(desk).statement({ ...period, format: 'CSV' }))
      expect(csv).toMatchObject({ rows: 2, name: 'statement-2026-11-01-2026-11-30.csv' })
      const rows = parse((await bytesOf(desk, csv.hash)).toString(), { bom: true }) as string[][]
      expect(rows.slice(1).map((row) => row.slice(3))).toEqual([
        ['cash paid in', 'CNY', '', '100.00', '-100.00'],
        [`'=1+1, "取现"`, 'CNY', '30.00', '', '-70.00'],
      ])
      const xlsx = granted(await exports(desk).statement({ ...period, format: 'XLSX' }))
      const workbook = new excel.Workbook()
      await workbook.xlsx.load((await bytesOf(desk, xlsx.hash)).buffer as ArrayBuffer)
      const page = workbook.worksheets[0]!
      expect(page.rowCount).toBe(3)
      expect([page.getCell('D3').value, page.getCell('F3').value, page.getCell('H3').value])
        .toEqual(['=1+1, "取现"', 30, -70])
      expect(page.getCell('F3').numFmt).toBe('#,##0.00')
    })

    it('of an account of nobody, or over days that are none, are refused', async () => {
      const desk = await newDesk()
      const ask = (change: object) =>
        exports(desk).statement({
          account: 'acc_none',
          from: '2026-11-01',
          to: '2026-11-30',
          format: 'CSV',
          ...change,
        })
      expect(refusal(await ask({}))).toBe('ACCOUNT_UNKNOWN /account')
      expect(refusal(await ask({ from: '2026-02-30' }))).toBe('DATE_MALFORMED /from')
      expect(refusal(await ask({ to: 'x' }))).toBe('DATE_MALFORMED /to')
    })

    it('a trial balance is the one that the schema shows', async () => {
      const desk = await newDesk()
      await desk.post(['1001', '1001', 'DEBIT', '5'], ['1001', '4001', 'CREDIT', '5'])
      const { exportTrialBalance } = await dataOf(
        schema,
        desk.context(desk.accountant),
        `mutation { exportTrialBalance(input: {
          from: "2026-11-01", to: "2026-11-30", format: CSV
        }) { ... on ExportedFile { hash rows } } }`,
      )
      expect(exportTrialBalance.rows).toBe(2)
      const text = (await bytesOf(desk, exportTrialBalance.hash)).toString()
      expect(text).toContain('1001,库存现金,Cash on hand,CNY,0.00,5.00,0.00,5.00')
    })
  })

  describe('suspense', () => {
    it('is told apart by how long it waits', async () => {
      const desk = await newDesk()
      await desk.approve({ dimensions: {} })
      desk.rig.ports.advance(40 * 86_400_000)
      await desk.approve({ dimensions: {}, components: { amount: '7.00' } })
      await desk.approve({ dimensions: {}, components: { amount: '3.00' } })
      const { suspenseAgeing } = await dataOf(
        schema,
        desk.context(desk.accountant),
        `{ suspenseAgeing { institution fromDays toDays items amount { amount } } }`,
      )
      const age = (fromDays: number, toDays: number, items: number, amount: string) => ({
        institution: '1001',
        fromDays,
        toDays,
        items,
        amount: { amount },
      })
      expect(suspenseAgeing).toEqual([age(0, 7, 2, '10.00'), age(31, 90, 1, '100.00')])
    })
  })
})
