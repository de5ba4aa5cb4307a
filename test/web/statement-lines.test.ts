import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SubjectClass } from '../../subgraphs/ledger/chart.ts'
import { balanceSheets, incomeStatements } from '../../subgraphs/ledger/statement.ts'
import { formatMoney, type Money } from '../../subgraphs/kernel/money.ts'
import { linesOf, type StatementLine } from '../../web/form/statement-lines.ts'
import { sumsOf } from '../../web/parts/amount.tsx'

const CLASSES: readonly SubjectClass[] = [
  'ASSET',
  'LIABILITY',
  'COMMON',
  'EQUITY',
  'PROFIT_LOSS',
  'OFF_BALANCE',
]

const text = (minor: bigint) => formatMoney({ minor, currency: 'CNY' } as Money)
const total = (lines: readonly StatementLine[]) =>
  sumsOf(lines.map(({ amount }) => amount))[0]?.amount ?? '0.00'

it('the lines of each part come to what the server says that the part is', () => {
  const sums = fc.array(
    fc.record({
      class: fc.constantFrom(...CLASSES),
      opening: fc.bigInt(-10_000_000n, 10_000_000n),
      moved: fc.bigInt(-10_000_000n, 10_000_000n),
    }),
    { minLength: 1, maxLength: 30 },
  )
  fc.assert(fc.property(sums, (found) => {
    const rows = found.map((sum, i) => ({
      subject: { code: `${i}`, nameZh: '', nameEn: '', class: sum.class },
      opening: { amount: text(sum.opening), currency: 'CNY' },
      closing: { amount: text(sum.opening + sum.moved), currency: 'CNY' },
    }))
    const subjects = (minorOf: (sum: typeof found[number]) => bigint) =>
      found.map((sum, i) => ({
        subject: `${i}`,
        class: sum.class,
        currency: 'CNY',
        minor: minorOf(sum),
      }))
    const lines = linesOf(rows, 'CNY')
    const [sheet] = balanceSheets(subjects(({ opening, moved }) => opening + moved))
    const [statement] = incomeStatements(subjects(({ moved }) => moved))
    expect(total(lines.assets)).toBe(text(sheet!.assets))
    expect(total(lines.liabilities)).toBe(text(sheet!.liabilities))
    expect(total(lines.equity)).toBe(text(sheet!.equity))
    expect(total(lines.income)).toBe(text(statement?.income ?? 0n))
    expect(total(lines.expense)).toBe(text(statement?.expense ?? 0n))
    expect(linesOf(rows, 'EUR').assets).toEqual([])
  }))
})
