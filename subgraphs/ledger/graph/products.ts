/**
 * Products in the schema: what is done with loans, term deposits, interest, exchange.
 */
import type { Refusal, Result } from '../../kernel/result.ts'
import { findAccount } from '../store/account.ts'
import { contractById, type ContractRow } from '../store/contract.ts'
import { vouchersById } from '../store/voucher.ts'
import {
  account,
  builder,
  contract,
  type LedgerContext,
  moneyInput,
  voucher,
  WRITE,
} from './base.ts'
import { method, repricingRule } from './contracts.ts'
import { resultOf } from './mutations.ts'

const contractResult = resultOf('ContractResult', contract)
const interestResult = resultOf('BearInterestResult', account)
const postedResult = resultOf('ProductVoucherResult', voucher)

const KEY_HELP =
  'The same key with the same input answers the same again. Keys are of one command and person.'
const ACCOUNT_HELP = 'A customer’s account, by number or id.'
const how = builder.enumType('PrepaymentKind', {
  values: {
    SHORTER: { description: '缩短期限: the payment stays, the end comes earlier.' },
    LOWER: { description: '减少还款额: the end stays, the payment falls.' },
  } as const,
})
const bearInput = builder.inputType('BearInterestInput', {
  fields: (t) => ({
    account: t.string({ required: true, description: ACCOUNT_HELP }),
    rateKey: t.string({ required: true, description: 'Such as rate.deposit.demand.' }),
    dayCount: t.string({ description: 'ACT/360 when absent.' }),
  }),
})
const depositInput = builder.inputType('OpenTermDepositInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    settleAccount: t.string({ required: true, description: ACCOUNT_HELP }),
    amount: t.field({ type: moneyInput, required: true }),
    term: t.string({ required: true, description: 'Such as 3M or 1Y.' }),
    product: t.string(),
  }),
})
const loanInput = builder.inputType('GrantLoanInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    settleAccount: t.string({ required: true, description: ACCOUNT_HELP }),
    amount: t.field({ type: moneyInput, required: true }),
    method: t.field({ type: method, required: true }),
    periods: t.int({ required: true, description: 'Months, 1 to 600.' }),
    interestOnly: t.int({ description: 'Months at the beginning that pay interest only.' }),
    product: t.string({ description: 'Such as mortgage; its rate may depend on it.' }),
    repricing: t.field({
      type: repricingRule,
      description: 'NEVER when absent. Any other is of a rate that rests on a base, such as LPR.',
    }),
  }),
})
const contractInput = builder.inputType('ContractInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    contract: t.id({ required: true }),
  }),
})
const partInput = builder.inputType('WithdrawPartInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    contract: t.id({ required: true }),
    amount: t.field({
      type: moneyInput,
      required: true,
      description: 'Of the principal; less than lies there.',
    }),
  }),
})
const prepayInput = builder.inputType('PrepayLoanInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    contract: t.id({ required: true }),
    amount: t.field({ type: moneyInput, required: true, description: 'Of the principal.' }),
    how: t.field({ type: how, required: true }),
  }),
})
const exchangeInput = builder.inputType('ExchangeInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    from: t.string({ required: true, description: 'What the customer gives comes from here.' }),
    to: t.string({ required: true, description: 'And is received here, in another currency.' }),
    amount: t.field({ type: moneyInput, required: true, description: 'What is given.' }),
  }),
})

async function contractOf(
  { ledger, actor }: LedgerContext,
  result: Promise<Result<string>>,
): Promise<ContractRow | Refusal> {
  const done = await result
  if (!done.ok) return done
  const [row] = await contractById(ledger.db, { tenant: actor.tenant, id: done.value })
  return row!
}

async function voucherOf({ ledger, actor }: LedgerContext, result: Promise<Result<string>>) {
  const done = await result
  if (!done.ok) return done
  const [row] = await vouchersById(ledger.db, actor.tenant, [done.value])
  return row!
}

builder.mutationFields((t) => ({
  bearInterest: t.field({
    type: interestResult,
    description: 'Has the balance of an account bear interest from today on.',
    ...WRITE,
    args: { input: t.arg({ type: bearInput, required: true }) },
    resolve: async (_, { input }, { actor, ledger }) => {
      const done = await ledger.deposits.bearInterest(input)
      if (!done.ok) return done
      return (await findAccount(ledger.db, actor.tenant, { id: done.value }))!
    },
  }),
  openTermDeposit: t.field({
    type: contractResult,
    description: 'Moves money of an account into a term deposit (定期存款开户).',
    ...WRITE,
    args: { input: t.arg({ type: depositInput, required: true }) },
    resolve: (_, { input }, context) =>
      contractOf(context, context.ledger.deposits.openTermDeposit(input)),
  }),
  withdrawTermDeposit: t.field({
    type: postedResult,
    description: 'Pays out a term deposit (支取): its rate at maturity, the demand rate before.',
    ...WRITE,
    args: { input: t.arg({ type: contractInput, required: true }) },
    resolve: (_, { input }, context) =>
      voucherOf(
        context,
        context.ledger.deposits.withdrawTermDeposit({
          ...input,
          contract: String(input.contract),
        }),
      ),
  }),
  withdrawPartOfTermDeposit: t.field({
    type: postedResult,
    description:
      'Pays out a part of a term deposit early (部分提前支取), at the demand rate; the rest goes on.',
    ...WRITE,
    args: { input: t.arg({ type: partInput, required: true }) },
    resolve: (_, { input }, context) =>
      voucherOf(
        context,
        context.ledger.deposits.withdrawPartOfTermDeposit({
          ...input,
          contract: String(input.contract),
        }),
      ),
  }),
  grantLoan: t.field({
    type: contractResult,
    description: 'Grants a loan and pays it out (放款).',
    ...WRITE,
    args: { input: t.arg({ type: loanInput, required: true }) },
    resolve: (_, { input }, context) => contractOf(context, context.ledger.loans.grantLoan(input)),
  }),
  repayLoan: t.field({
    type: postedResult,
    description: 'Collects what is due of a loan, as far as the account has it (还款).',
    ...WRITE,
    args: { input: t.arg({ type: contractInput, required: true }) },
    resolve: (_, { input }, context) =>
      voucherOf(
        context,
        context.ledger.loans.repayLoan({ ...input, contract: String(input.contract) }),
      ),
  }),
  prepayLoan: t.field({
    type: postedResult,
    description: 'Repays principal before it is due (提前还款); all of it ends the loan.',
    ...WRITE,
    args: { input: t.arg({ type: prepayInput, required: true }) },
    resolve: (_, { input }, context) =>
      voucherOf(
        context,
        context.ledger.loans.prepayLoan({ ...input, contract: String(input.contract) }),
      ),
  }),
  repriceLoan: t.field({
    type: contractResult,
    description: 'Takes today’s rate for what is not yet due of a loan (重定价).',
    ...WRITE,
    args: { input: t.arg({ type: contractInput, required: true }) },
    resolve: (_, { input }, context) =>
      contractOf(
        context,
        context.ledger.loans.repriceLoan({ ...input, contract: String(input.contract) }),
      ),
  }),
  exchangeCurrency: t.field({
    type: postedResult,
    description: 'Buys or sells foreign currency at the bank’s price (结售汇).',
    ...WRITE,
    args: { input: t.arg({ type: exchangeInput, required: true }) },
    resolve: (_, { input }, context) => voucherOf(context, context.ledger.exchange.exchange(input)),
  }),
}))
