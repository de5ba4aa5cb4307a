/**
 * The counter and other channels in the schema.
 */
import { moneyOf } from '../../kernel/builder.ts'
import { businessDate } from '../business-date.ts'
import { type ChannelTurnover, channelTurnovers, tellerDays } from '../store/teller.ts'
import { vouchersById } from '../store/voucher.ts'
import type { LedgerTables } from '../tables.ts'
import { builder, findVoucher, money, moneyInput, READ, voucher, WRITE } from './base.ts'
import { resultOf } from './mutations.ts'

type TellerDay = LedgerTables['teller_day']

const drawer = builder.objectRef<TellerDay>('DrawerCount').implement({
  description: 'A teller’s drawer (尾箱), counted at the end of their day (轧账).',
  fields: (t) => ({
    teller: t.exposeString('teller'),
    institution: t.exposeString('institution'),
    on: t.field({ type: 'Date', resolve: (row) => row.on_date }),
    booked: t.field({ type: money, resolve: (row) => moneyOf(row.booked, row.currency) }),
    counted: t.field({ type: money, resolve: (row) => moneyOf(row.counted, row.currency) }),
    difference: t.field({
      type: money,
      description: 'Counted less booked: 长款 when positive, 短款 when negative.',
      resolve: (row) => moneyOf(row.counted - row.booked, row.currency),
    }),
    voucher: t.field({
      type: voucher,
      nullable: true,
      description: 'What put the difference into suspense.',
      resolve: (row, _, context) =>
        row.voucher_id === null ? null : findVoucher(context, row.voucher_id),
    }),
  }),
})

const turnover = builder.objectRef<ChannelTurnover>('ChannelTurnover').implement({
  description: 'What came in over a channel (渠道).',
  fields: (t) => ({
    channel: t.exposeString('channel'),
    vouchers: t.int({ resolve: (row) => Number(row.vouchers) }),
    amount: t.field({
      type: money,
      description: 'The sum of debits.',
      resolve: (row) => moneyOf(row.minor, row.currency),
    }),
  }),
})

const direction = builder.enumType('CashDirection', {
  values: {
    IN: { description: '现金存入' },
    OUT: { description: '现金支取' },
  } as const,
})
const cashInput = builder.inputType('TellerCashInput', {
  fields: (t) => ({
    idempotencyKey: t.string({
      required: true,
      description: 'The same key with the same input answers the same voucher again.',
    }),
    account: t.string({ required: true, description: 'A customer’s account, by number or id.' }),
    amount: t.field({ type: moneyInput, required: true, description: 'Positive.' }),
    direction: t.field({ type: direction, required: true }),
    summary: t.string({ required: true, description: '摘要' }),
  }),
})
const balanceInput = builder.inputType('BalanceDrawerInput', {
  fields: (t) => ({
    institution: t.string({ required: true }),
    currency: t.string({ required: true }),
    counted: t.string({ required: true, description: 'Decimal string of what was counted.' }),
    acceptDifference: t.boolean({
      required: true,
      description: 'Whether a difference goes into suspense; refused otherwise.',
    }),
  }),
})
const cashResult = resultOf('TellerCashResult', voucher)
const drawerResult = resultOf('BalanceDrawerResult', drawer)

builder.mutationFields((t) => ({
  tellerCash: t.field({
    type: cashResult,
    description: 'Takes cash in or pays it out over the drawer of whoever asks.',
    ...WRITE,
    args: { input: t.arg({ type: cashInput, required: true }) },
    resolve: async (_, { input }, { actor, ledger }) => {
      const done = await ledger.teller.cash(input)
      if (!done.ok) return done
      const [row] = await vouchersById(ledger.db, actor.tenant, [done.value])
      return row!
    },
  }),
  balanceDrawer: t.field({
    type: drawerResult,
    description: 'Compares the drawer of whoever asks with the books; once a day (轧账).',
    ...WRITE,
    args: { input: t.arg({ type: balanceInput, required: true }) },
    resolve: async (_, { input }, { actor, ledger }) => {
      const done = await ledger.teller.balanceDrawer(input)
      if (!done.ok) return done
      const today = await businessDate(ledger.db, actor.tenant, ledger.ports.clock.now())
      const days = await tellerDays(ledger.db, actor.tenant, today)
      return days.find((row) =>
        row.teller === actor.subject && row.institution === input.institution &&
        row.currency === input.currency
      )!
    },
  }),
}))

builder.queryFields((t) => ({
  drawerCounts: t.field({
    type: [drawer],
    description: 'The drawers that were counted on a day.',
    ...READ,
    listSize: { assumedSize: 20 },
    args: { on: t.arg({ type: 'Date', required: true }) },
    resolve: (_, { on }, { actor, ledger }) => tellerDays(ledger.db, actor.tenant, on),
  }),
  channelTurnovers: t.field({
    type: [turnover],
    description: 'What came in by channel between two booking dates, both included.',
    ...READ,
    listSize: { assumedSize: 10 },
    args: {
      from: t.arg({ type: 'Date', required: true }),
      to: t.arg({ type: 'Date', required: true }),
    },
    resolve: (_, range, { actor, ledger }) => channelTurnovers(ledger.db, actor.tenant, range),
  }),
}))
