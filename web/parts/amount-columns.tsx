/**
 * The columns of an amount: as it is read, and its currency for whoever asks for it or saves a file.
 */
import type { Say } from '../words/words.ts'
import { Amount, type MoneyText } from './amount.tsx'
import type { ListColumn } from './list.tsx'

export function amountColumns<Row>(
  say: Say,
  moneyOf: (row: Row) => MoneyText | undefined,
): readonly ListColumn<Row>[] {
  return [
    {
      key: 'amount',
      title: say('orders.amount'),
      align: 'right',
      render: (row) => {
        const money = moneyOf(row)
        return money && <Amount money={money} />
      },
      text: (row) => moneyOf(row) ?? null,
    },
    {
      key: 'currency',
      title: say('books.currency'),
      extra: true,
      render: (row) => moneyOf(row)?.currency,
      text: (row) => moneyOf(row)?.currency ?? null,
    },
  ]
}
