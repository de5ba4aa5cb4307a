/**
 * The parameters that a tenant begins with, as version 1 of each key.
 *
 * Published figures, to begin with; a bank puts its own above them.
 *
 * @see 全国银行间同业拆借中心, loan prime rates (LPR) as published on the 20th of the month
 * @see 中国人民银行, benchmark deposit rates since 2015-10-24
 */
import type { ParameterRow, ParameterTable } from './table.ts'

/** Rows that follow one another. @param steps date and value, in order */
function series<T extends ParameterRow['value']>(
  steps: readonly (readonly [from: string, value: T])[],
  dimensions: ParameterRow['dimensions'] = {},
): ParameterRow[] {
  return steps.map(([from, value], i) => {
    const next = steps[i + 1]?.[0]
    return { dimensions, from, ...(next === undefined ? {} : { to: next }), value }
  })
}

const rate = (text: string) => ({ rate: text })

const TERM_DEPOSITS: readonly (readonly [term: string, rate: string])[] = [
  ['3M', '0.0110'],
  ['6M', '0.0130'],
  ['1Y', '0.0150'],
  ['2Y', '0.0210'],
  ['3Y', '0.0275'],
]

/** Key → table. */
export const SHIPPED_PARAMETERS: Readonly<Record<string, ParameterTable>> = {
  'rate.lpr.1y': {
    kind: 'RATE',
    rows: series([
      ['2023-06-20', rate('0.0355')],
      ['2023-08-21', rate('0.0345')],
      ['2024-07-22', rate('0.0335')],
      ['2024-10-21', rate('0.0310')],
      ['2025-05-20', rate('0.0300')],
    ]),
  },
  'rate.lpr.5y': {
    kind: 'RATE',
    rows: series([
      ['2023-06-20', rate('0.0420')],
      ['2024-02-20', rate('0.0395')],
      ['2024-07-22', rate('0.0385')],
      ['2024-10-21', rate('0.0360')],
      ['2025-05-20', rate('0.0350')],
    ]),
  },
  'rate.deposit.demand': { kind: 'RATE', rows: series([['2015-10-24', rate('0.0035')]]) },
  'rate.deposit.term': {
    kind: 'RATE',
    rows: TERM_DEPOSITS.flatMap(([term, text]) => series([['2015-10-24', rate(text)]], { term })),
  },
  'rate.loan': {
    kind: 'RATE',
    rows: [
      ...series([['2023-06-20', { base: 'rate.lpr.1y', bp: 60 }]]),
      ...series([['2023-06-20', { base: 'rate.lpr.5y', bp: -20 }]], { product: 'mortgage' }),
    ],
  },
  // 罚息: half again the loan's rate (银发〔2003〕251号), as a share of it.
  'rate.loan.penalty': { kind: 'RATE', rows: series([['2004-01-01', rate('0.5')]]) },
  // 部分提前支取: how often, and what is to stay; customary figures.
  'count.term-deposit.withdrawals': {
    kind: 'COUNT',
    rows: [{ dimensions: {}, from: '2015-10-24', value: { count: 1 } }],
  },
  'limit.term-deposit.rest': {
    kind: 'LIMIT',
    currency: 'CNY',
    rows: [{ dimensions: { currency: 'CNY' }, from: '2015-10-24', value: { amount: '50.00' } }],
  },
  // What days are holidays is for the bank to enter; until then weekends are.
  calendar: { kind: 'CALENDAR', rows: [] },
  'due-day.loan': {
    kind: 'DUE_DAY',
    rows: [{ dimensions: {}, from: '2015-10-24', value: { rule: 'NONE' } }],
  },
  'fee.transfer': {
    kind: 'FEE',
    currency: 'CNY',
    rows: [
      { dimensions: {}, from: '2020-01-01', value: { rate: '0.0002', min: '1.00', max: '50.00' } },
      { dimensions: { channel: 'mobile' }, from: '2020-01-01', value: { fixed: '0.00' } },
    ],
  },
}
