/**
 * The counter and other channels in the schema.
 */
import { moneyOf } from '../../kernel/builder.ts'
import type { Refusal, Result } from '../../kernel/result.ts'
import { findAccount } from '../store/account.ts'
import {
  type ChannelTurnover,
  channelTurnovers,
  countById,
  type CountRow,
  countsOn,
  countsToCheck,
} from '../store/teller.ts'
import { vouchersById } from '../store/voucher.ts'
import { countState, type CountVerdict } from '../teller.ts'
import {
  account,
  builder,
  findVoucher,
  type LedgerContext,
  money,
  moneyInput,
  READ,
  voucher,
  WRITE,
} from './base.ts'
import { resultOf, verdict } from './mutations.ts'

/** What tellers do, over drawers of their own. */
const CASH = { requiresScopes: [['ledger:cash']] }

const state = builder.enumType('DrawerCountState', {
  values: {
    BALANCED: { description: '账实相符: what was counted is what the books say.' },
    TO_CHECK: { description: '待复核: it differs; the drawer is shut until somebody checks it.' },
    ACCEPTED: { description: 'Checked; the difference is in suspense.' },
    REJECTED: { description: 'Checked; the drawer is counted again.' },
  } as const,
})

const drawer = builder.objectRef<CountRow>('DrawerCount').implement({
  description: 'A teller’s drawer (尾箱), counted at the end of their day (轧账).',
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.field({
      type: state,
      resolve: (row) => countState({ ...row, verdict: row.verdict as CountVerdict | null }),
    }),
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
    checkedBy: t.exposeString('checked_by', {
      nullable: true,
      description: 'The second person, where it differs.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Of a rejection.' }),
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
      description:
        'The same key with the same input answers the same voucher again. Keys are of one command and person.',
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
      description: 'Whether a difference goes to a second person; refused otherwise.',
    }),
  }),
})
const openInput = builder.inputType('OpenDrawerInput', {
  fields: (t) => ({
    teller: t.string({ required: true, description: 'The subject of the teller’s token.' }),
    institution: t.string({ required: true }),
    currency: t.string({ required: true }),
  }),
})
const checkInput = builder.inputType('CheckDrawerInput', {
  fields: (t) => ({
    count: t.id({ required: true }),
    verdict: t.field({ type: verdict, required: true }),
    reason: t.string({ required: true, description: 'May be empty for an approval.' }),
  }),
})
const openResult = resultOf('OpenDrawerResult', account)
const cashResult = resultOf('TellerCashResult', voucher)
const drawerResult = resultOf('BalanceDrawerResult', drawer)

async function countOf(
  { ledger, actor }: LedgerContext,
  result: Promise<Result<string>>,
): Promise<CountRow | Refusal> {
  const done = await result
  return done.ok ? (await countById(ledger.db, actor.tenant, done.value))! : done
}

builder.mutationFields((t) => ({
  openDrawer: t.field({
    type: openResult,
    description: 'Opens an empty drawer (尾箱) for a teller in an institution.',
    ...WRITE,
    args: { input: t.arg({ type: openInput, required: true }) },
    resolve: async (_, { input }, { actor, ledger }) => {
      const done = await ledger.teller.openDrawer(input)
      return done.ok ? (await findAccount(ledger.db, actor.tenant, { id: done.value }))! : done
    },
  }),
  tellerCash: t.field({
    type: cashResult,
    description:
      'Takes a customer’s cash in or pays it out, over the drawer of whoever asks in the institution of the account.',
    ...CASH,
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
    description:
      'Compares the drawer of whoever asks with the books, once a day (轧账); a difference waits for a second person.',
    ...CASH,
    args: { input: t.arg({ type: balanceInput, required: true }) },
    resolve: (_, { input }, context) =>
      countOf(context, context.ledger.teller.balanceDrawer(input)),
  }),
  checkDrawer: t.field({
    type: drawerResult,
    description: 'Accepts or rejects somebody else’s count of a drawer that differs (复核).',
    requiresScopes: [['ledger:approve']],
    args: { input: t.arg({ type: checkInput, required: true }) },
    resolve: (_, { input }, context) =>
      countOf(context, context.ledger.teller.checkDrawer({ ...input, count: String(input.count) })),
  }),
}))

builder.queryFields((t) => ({
  drawerCounts: t.field({
    type: [drawer],
    description: 'The drawers that were counted on a day.',
    ...READ,
    listSize: { assumedSize: 20 },
    args: { on: t.arg({ type: 'Date', required: true }) },
    resolve: (_, { on }, { actor, ledger }) => countsOn(ledger.db, actor.tenant, on),
  }),
  drawerCountsToCheck: t.field({
    type: [drawer],
    description: 'The counts that differ and wait for a second person, oldest first.',
    ...READ,
    listSize: { assumedSize: 20 },
    resolve: (_, _args, { actor, ledger }) => countsToCheck(ledger.db, actor.tenant),
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
