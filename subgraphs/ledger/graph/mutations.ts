/**
 * What can be done in the ledger.
 */
import type { Proposal } from '../../kernel/four-eyes.ts'
import { isRefusal, type Refusal, type Result } from '../../kernel/result.ts'
import type { VoucherRow } from '../store/handle.ts'
import { vouchersById } from '../store/voucher.ts'
import {
  builder,
  type LedgerContext,
  moneyInput,
  refusals,
  rule,
  ruleByVersion,
  voucher,
  WRITE,
} from './base.ts'
import { side } from './types.ts'

export const { resultOf } = refusals(
  'LedgerRefusal',
  'Why a command of the ledger was not carried out. Codes: subgraphs/ledger/README.md.',
)

async function postedVoucher(
  result: Promise<Result<string>>,
  context: LedgerContext,
): Promise<VoucherRow | Refusal> {
  const done = await result
  if (!done.ok) return done
  const [row] = await vouchersById(context.ledger.db, context.actor.tenant, [done.value])
  return row!
}

const period = builder.objectRef<{ period: string; open: boolean }>('Period').implement({
  description: 'An accounting period (会计期间).',
  fields: (t) => ({
    period: t.exposeString('period'),
    open: t.exposeBoolean('open'),
  }),
})

const postResult = resultOf('PostVoucherResult', voucher)
const postedBatch = builder.objectRef<{ results: readonly (VoucherRow | Refusal)[] }>(
  'PostedBatch',
).implement({
  description: 'The answers of a batch, in the order of its vouchers.',
  fields: (t) => ({
    results: t.field({
      type: [postResult],
      listSize: { assumedSize: 100 },
      resolve: (batch) => [...batch.results],
    }),
    posted: t.int({ resolve: ({ results }) => results.filter((r) => !isRefusal(r)).length }),
  }),
})
const batchResult = resultOf('PostVouchersResult', postedBatch)
const periodResult = resultOf('PeriodResult', period)
const ruleResult = resultOf('PostingRuleResult', rule)

const legInput = builder.inputType('LegInput', {
  fields: (t) => ({
    institution: t.string({ description: 'With `subject`: a place of the chart.' }),
    subject: t.string(),
    account: t.string({
      description: 'A customer’s account, by number or id, instead of a place.',
    }),
    side: t.field({ type: side, required: true }),
    amount: t.field({ type: moneyInput, required: true, description: 'Positive.' }),
  }),
})
const KEY_HELP =
  'The same key with the same input answers the same voucher again. Keys are of one command and person.'
const postInput = builder.inputType('PostVoucherInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    summary: t.string({ required: true, description: '摘要' }),
    valueOn: t.field({ type: 'Date', description: 'The booking date when absent.' }),
    channel: t.string({
      description:
        'Where it comes in: counter, mobile, partner, batch or desk; it may have a limit.',
    }),
    legs: t.field({ type: [legInput], required: true }),
  }),
})
const postManyInput = builder.inputType('PostVouchersInput', {
  fields: (t) => ({
    vouchers: t.field({
      type: [postInput],
      required: true,
      description: 'At most 1,000 vouchers and 10,000 legs. Each is posted or refused for itself.',
    }),
  }),
})
const reverseInput = builder.inputType('ReverseVoucherInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    voucher: t.id({ required: true }),
    reason: t.string({ required: true }),
    red: t.boolean({ description: '红字: negative on the same sides, not mirrored.' }),
  }),
})
const clearInput = builder.inputType('ClearSuspenseInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    item: t.id({ required: true }),
    subject: t.string({ required: true, description: 'Where the amount belongs.' }),
    reason: t.string({ required: true }),
  }),
})
const retryInput = builder.inputType('RetryAccountingEventInput', {
  fields: (t) => ({ event: t.id({ required: true, description: 'Id of a refused event.' }) }),
})
const periodInput = builder.inputType('PeriodInput', {
  fields: (t) => ({ period: t.string({ required: true, description: 'Such as 2026-11.' }) }),
})
export const verdict = builder.enumType('RuleVerdict', {
  values: ['APPROVED', 'REJECTED'] as const,
})
const proposeInput = builder.inputType('ProposePostingRuleInput', {
  fields: (t) => ({
    event: t.string({ required: true }),
    version: t.int({ required: true }),
    effectiveFrom: t.field({ type: 'Date', required: true }),
    body: t.field({ type: 'JSON', required: true, description: 'As PostingRule.body.' }),
  }),
})
const decideInput = builder.inputType('DecidePostingRuleInput', {
  fields: (t) => ({
    event: t.string({ required: true }),
    version: t.int({ required: true }),
    verdict: t.field({ type: verdict, required: true }),
    reason: t.string({ required: true, description: 'May be empty for an approval.' }),
  }),
})

async function ruleOf(
  context: LedgerContext,
  input: { event: string; version: number },
  result: Promise<Result<unknown>>,
): Promise<Proposal | Refusal> {
  const done = await result
  if (!done.ok) return done
  return await ruleByVersion(context, `${input.event}@${input.version}`)
}

builder.mutationType({
  fields: (t) => ({
    postVoucher: t.field({
      type: postResult,
      description: 'Posts a voucher by hand.',
      ...WRITE,
      args: { input: t.arg({ type: postInput, required: true }) },
      resolve: async (_, { input }, context) => {
        const posted = await context.ledger.commands.post(input)
        return posted.ok ? posted.value : posted
      },
    }),
    postVouchers: t.field({
      type: batchResult,
      description: 'Posts vouchers by hand, many at a time, each for itself.',
      ...WRITE,
      args: { input: t.arg({ type: postManyInput, required: true }) },
      resolve: async (_, { input }, context) => {
        const done = await context.ledger.commands.postVouchers(input.vouchers)
        return done.ok
          ? { results: done.value.map((answer) => answer.ok ? answer.value : answer) }
          : done
      },
    }),
    reverseVoucher: t.field({
      type: postResult,
      description: 'Undoes a voucher with its mirror image (冲正, 蓝字) or in red (红字).',
      ...WRITE,
      args: { input: t.arg({ type: reverseInput, required: true }) },
      resolve: (_, { input }, context) =>
        postedVoucher(context.ledger.commands.reverseVoucher(input), context),
    }),
    clearSuspense: t.field({
      type: postResult,
      description: 'Takes an item out of suspense (销账).',
      ...WRITE,
      args: { input: t.arg({ type: clearInput, required: true }) },
      resolve: (_, { input }, context) =>
        postedVoucher(context.ledger.commands.clearSuspense(input), context),
    }),
    retryAccountingEvent: t.field({
      type: postResult,
      description:
        'Posts a refused accounting event again, once its cause is mended; its order goes on.',
      ...WRITE,
      args: { input: t.arg({ type: retryInput, required: true }) },
      resolve: (_, { input }, context) =>
        postedVoucher(context.ledger.commands.retryEvent(input.event), context),
    }),
    closePeriod: t.field({
      type: periodResult,
      ...WRITE,
      args: { input: t.arg({ type: periodInput, required: true }) },
      resolve: async (_, { input }, { ledger }) => {
        const done = await ledger.commands.closePeriod(input.period)
        return done.ok ? { period: done.value, open: false } : done
      },
    }),
    reopenPeriod: t.field({
      type: periodResult,
      ...WRITE,
      args: { input: t.arg({ type: periodInput, required: true }) },
      resolve: async (_, { input }, { ledger }) => {
        const done = await ledger.commands.reopenPeriod(input.period)
        return done.ok ? { period: done.value, open: true } : done
      },
    }),
    proposePostingRule: t.field({
      type: ruleResult,
      description: 'Drafts a version of a posting rule; somebody else decides about it.',
      ...WRITE,
      args: { input: t.arg({ type: proposeInput, required: true }) },
      resolve: (_, { input }, context) =>
        ruleOf(
          context,
          input,
          context.ledger.commands.proposeRule({ ...input, body: input.body }),
        ),
    }),
    decidePostingRule: t.field({
      type: ruleResult,
      description: 'Approves or rejects a version that somebody else drafted.',
      requiresScopes: [['ledger:approve']],
      args: { input: t.arg({ type: decideInput, required: true }) },
      resolve: (_, { input }, context) =>
        ruleOf(context, input, context.ledger.commands.decideRule(input)),
    }),
  }),
})
