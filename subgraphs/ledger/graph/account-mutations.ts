/**
 * What can be done with accounts and holds.
 */
import type { Refusal, Result } from '../../kernel/result.ts'
import { type AccountRow, findAccount } from '../store/account.ts'
import { holdById, type HoldRow } from '../store/hold.ts'
import { vouchersById } from '../store/voucher.ts'
import { accountStatus } from './accounts.ts'
import { account, builder, hold, type LedgerContext, moneyInput, voucher, WRITE } from './base.ts'
import { resultOf } from './mutations.ts'

const accountResult = resultOf('AccountResult', account)
const holdResult = resultOf('HoldResult', hold)
const captureResult = resultOf('CaptureHoldResult', voucher)

const KEY_HELP =
  'The same key with the same input answers the same again. Keys are of one command and person.'
const LIMIT_HELP = 'Decimal string in the account’s currency, on its usual side; absent: no bound.'

const openInput = builder.inputType('OpenAccountInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    institution: t.string({ required: true }),
    subject: t.string({ required: true, description: 'A subject that takes entries.' }),
    currency: t.string({ required: true }),
    customer: t.string({ required: true, description: 'Id of the customer.' }),
    product: t.string({ description: 'Code of the product.' }),
    min: t.string({ description: LIMIT_HELP }),
    max: t.string({ description: LIMIT_HELP }),
  }),
})
const statusInput = builder.inputType('SetAccountStatusInput', {
  fields: (t) => ({
    account: t.string({ required: true, description: 'Number or id.' }),
    status: t.field({ type: accountStatus, required: true }),
    reason: t.string({ required: true }),
  }),
})
const limitsInput = builder.inputType('SetAccountLimitsInput', {
  fields: (t) => ({
    account: t.string({ required: true, description: 'Number or id.' }),
    min: t.string({ description: LIMIT_HELP }),
    max: t.string({ description: LIMIT_HELP }),
    reason: t.string({ required: true }),
  }),
})
const placeInput = builder.inputType('PlaceHoldInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    account: t.string({ required: true, description: 'Number or id.' }),
    amount: t.field({ type: moneyInput, required: true, description: 'Positive.' }),
    reference: t.string({ required: true, description: 'What it is held for.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Never when absent.' }),
  }),
})
const receiver = builder.inputType('ReceiverInput', {
  description: 'Whom an amount goes to: a place of the chart, or a customer’s account.',
  fields: (t) => ({
    institution: t.string(),
    subject: t.string(),
    account: t.string({ description: 'Number or id.' }),
  }),
})
const captureInput = builder.inputType('CaptureHoldInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    hold: t.id({ required: true }),
    amount: t.field({ type: moneyInput, required: true, description: 'At most what remains.' }),
    to: t.field({ type: receiver, required: true }),
    summary: t.string({ required: true, description: '摘要' }),
    final: t.boolean({ description: 'Whether the rest is given up.' }),
  }),
})
const voidInput = builder.inputType('VoidHoldInput', {
  fields: (t) => ({ hold: t.id({ required: true }) }),
})

async function accountOf(
  { ledger, actor }: LedgerContext,
  result: Promise<Result<string>>,
): Promise<AccountRow | Refusal> {
  const done = await result
  return done.ok ? (await findAccount(ledger.db, actor.tenant, { id: done.value }))! : done
}

async function holdOf(
  { ledger, actor }: LedgerContext,
  result: Promise<Result<string>>,
): Promise<HoldRow | Refusal> {
  const done = await result
  if (!done.ok) return done
  const [row] = await holdById(ledger.db, { tenant: actor.tenant, id: done.value })
  return row!
}

builder.mutationFields((t) => ({
  openAccount: t.field({
    type: accountResult,
    description: 'Opens an account of a customer (开户).',
    ...WRITE,
    args: { input: t.arg({ type: openInput, required: true }) },
    resolve: (_, { input }, context) =>
      accountOf(context, context.ledger.accounts.openAccount(input)),
  }),
  setAccountStatus: t.field({
    type: accountResult,
    description: 'Stops (止付), freezes (冻结), reopens or closes (销户) an account.',
    ...WRITE,
    args: { input: t.arg({ type: statusInput, required: true }) },
    resolve: (_, { input }, context) =>
      accountOf(context, context.ledger.accounts.setStatus(input)),
  }),
  setAccountLimits: t.field({
    type: accountResult,
    description: 'Sets the bounds of an account’s balance.',
    ...WRITE,
    args: { input: t.arg({ type: limitsInput, required: true }) },
    resolve: (_, { input }, context) =>
      accountOf(context, context.ledger.accounts.setLimits(input)),
  }),
  placeHold: t.field({
    type: holdResult,
    description: 'Reserves an amount of an account (预授权).',
    ...WRITE,
    args: { input: t.arg({ type: placeInput, required: true }) },
    resolve: (_, { input }, context) => holdOf(context, context.ledger.accounts.placeHold(input)),
  }),
  captureHold: t.field({
    type: captureResult,
    description: 'Takes all or a part of a hold (预授权完成).',
    ...WRITE,
    args: { input: t.arg({ type: captureInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const done = await context.ledger.accounts.captureHold({ ...input, hold: String(input.hold) })
      if (!done.ok) return done
      const [row] = await vouchersById(context.ledger.db, context.actor.tenant, [done.value])
      return row!
    },
  }),
  voidHold: t.field({
    type: holdResult,
    description: 'Gives up what a hold still reserves (预授权撤销).',
    ...WRITE,
    args: { input: t.arg({ type: voidInput, required: true }) },
    resolve: (_, { input }, context) =>
      holdOf(context, context.ledger.accounts.voidHold({ hold: String(input.hold) })),
  }),
}))
