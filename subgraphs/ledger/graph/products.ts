/**
 * Products in the schema: loans, term deposits, interest, exchange.
 */
import { moneyOf } from '../../kernel/builder.ts'
import type { Refusal, Result } from '../../kernel/result.ts'
import { formatRate } from '../parameter/rate.ts'
import { businessDate } from '../business-date.ts'
import { accruePenalty, outstandingOf, penaltyOf } from '../product/loan.ts'
import { penaltyRaises } from '../product/penalty-booking.ts'
import { findAccount } from '../store/account.ts'
import {
  contractById,
  type ContractRow,
  type InstalmentRow,
  instalmentState,
} from '../store/contract.ts'
import { vouchersById } from '../store/voucher.ts'
import {
  account,
  accountById,
  builder,
  contract,
  customer,
  instalmentsOfContract,
  type LedgerContext,
  money,
  moneyInput,
  READ,
  voucher,
  WRITE,
} from './base.ts'
import { resultOf } from './mutations.ts'

/** @property penaltyToday all its penalty interest up to today, paid or not */
type OwnedInstalment = InstalmentRow & { readonly of: ContractRow; readonly penaltyToday: bigint }

const contractKind = builder.enumType('ContractKind', {
  values: {
    LOAN: { description: '贷款' },
    TERM_DEPOSIT: { description: '定期存款' },
  } as const,
})
const contractStatus = builder.enumType('ContractStatus', { values: ['ACTIVE', 'ENDED'] as const })
const method = builder.enumType('RepaymentMethod', {
  values: {
    EQUAL_PAYMENT: { description: '等额本息' },
    EQUAL_PRINCIPAL: { description: '等额本金' },
    INTEREST_FIRST: { description: '先息后本' },
    BULLET: { description: '到期还本付息' },
  } as const,
})
const grade = builder.enumType('LoanGrade', {
  values: {
    PASS: { description: '正常' },
    SPECIAL_MENTION: { description: '关注' },
    SUBSTANDARD: { description: '次级' },
    DOUBTFUL: { description: '可疑' },
    LOSS: { description: '损失' },
  } as const,
})

const instalment = builder.objectRef<OwnedInstalment>('Instalment').implement({
  description: 'One period of a loan’s schedule (还款计划).',
  fields: (t) => {
    const amount = (description: string, of: (row: OwnedInstalment) => bigint) =>
      t.field({
        type: money,
        description,
        resolve: (row) => moneyOf(of(row), row.of.currency),
      })
    return {
      period: t.int({ resolve: (row) => Number(row.period) }),
      dueOn: t.field({ type: 'Date', resolve: (row) => row.due_on }),
      principal: amount('本金', (row) => row.principal),
      interest: amount('利息', (row) => row.interest),
      payment: amount('Principal and interest.', (row) => row.principal + row.interest),
      remaining: amount('Principal that is owed after it.', (row) => row.remaining),
      paidPrincipal: amount('Paid of the principal.', (row) => row.paid_principal),
      paidInterest: amount('Paid of the interest.', (row) => row.paid_interest),
      paidPenalty: amount('Paid of the penalty interest (罚息).', (row) => row.paid_penalty),
      penalty: amount(
        'Penalty and compound interest (罚息, 复利) up to today, paid or not.',
        (row) => row.penaltyToday,
      ),
    }
  },
})

contract.implement({
  description: 'A loan (贷款) or a term deposit (定期存款).',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: contractKind, resolve: (row) => row.kind as 'LOAN' }),
    status: t.field({ type: contractStatus, resolve: (row) => row.status as 'ACTIVE' }),
    product: t.exposeString('product'),
    institution: t.exposeString('institution'),
    customer: t.field({ type: customer, resolve: (row) => ({ id: row.customer }) }),
    account: t.field({
      type: account,
      description: 'The account of the contract itself.',
      resolve: (row, _, context) => accountById(context, row.account_id),
    }),
    settleAccount: t.field({
      type: account,
      description: 'The customer’s account that it is paid from and into.',
      resolve: (row, _, context) => accountById(context, row.settle_account_id),
    }),
    principal: t.field({ type: money, resolve: (row) => moneyOf(row.principal, row.currency) }),
    outstanding: t.field({
      type: money,
      description: 'Of a loan, principal that is owed; of a deposit, what lies there.',
      resolve: async (row, _, context) => {
        if (row.kind !== 'LOAN') {
          return moneyOf(row.status === 'ACTIVE' ? row.principal : 0n, row.currency)
        }
        const rows = await instalmentsOfContract(context, row.id)
        return moneyOf(
          outstandingOf(row.principal - row.prepaid, rows.map(instalmentState)),
          row.currency,
        )
      },
    }),
    rate: t.string({
      description: 'A year’s, as a decimal: 0.0435.',
      resolve: (row) => formatRate(row.rate),
    }),
    method: t.field({
      type: method,
      nullable: true,
      resolve: (row) => row.method as 'BULLET' | null,
    }),
    term: t.exposeString('term', { nullable: true, description: 'Of a deposit, such as 1Y.' }),
    startedOn: t.field({ type: 'Date', resolve: (row) => row.started_on }),
    maturesOn: t.field({ type: 'Date', resolve: (row) => row.matures_on }),
    grade: t.field({
      type: grade,
      nullable: true,
      description: 'Five-class grading (五级分类) of a loan.',
      resolve: (row) => row.kind === 'LOAN' ? row.grade as 'PASS' : null,
    }),
    accruedInterest: t.field({
      type: money,
      description: 'Interest that stands in the books and is not settled.',
      resolve: (row) => moneyOf(row.posted, row.currency),
    }),
    offBalanceInterest: t.field({
      type: money,
      description: 'Interest that is noted off the balance sheet (表外).',
      resolve: (row) => moneyOf(row.off_posted, row.currency),
    }),
    accruedPenalty: t.field({
      type: money,
      description:
        'Penalty and compound interest (罚息, 复利) that stands in the books and is not settled.',
      resolve: (row) => moneyOf(row.penalty_posted, row.currency),
    }),
    offBalancePenalty: t.field({
      type: money,
      description: 'Penalty and compound interest that is noted off the balance sheet (表外).',
      resolve: (row) => moneyOf(row.penalty_off, row.currency),
    }),
    provision: t.field({
      type: money,
      description: 'Set aside for it (贷款损失准备).',
      resolve: (row) => moneyOf(row.provision, row.currency),
    }),
    instalments: t.field({
      type: [instalment],
      listSize: { assumedSize: 12 },
      description: 'The schedule of a loan (还款计划); none of a deposit.',
      resolve: async (row, _, context) => {
        const { actor: { tenant }, ledger: { db, ports } } = context
        const today = await businessDate(db, tenant, ports.clock.now())
        const raiseOn = await penaltyRaises(db, tenant, today)
        return (await instalmentsOfContract(context, row.id)).map((one) => ({
          ...one,
          of: row,
          penaltyToday: penaltyOf(accruePenalty(instalmentState(one), today, row.rate, raiseOn)),
        }))
      },
    }),
  }),
})

builder.queryFields((t) => ({
  contract: t.field({
    type: contract,
    nullable: true,
    description: 'One loan or term deposit.',
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, { actor, ledger }) => {
      const [row] = await contractById(ledger.db, { tenant: actor.tenant, id: String(id) })
      return row ?? null
    },
  }),
}))

const contractResult = resultOf('ContractResult', contract)
const interestResult = resultOf('BearInterestResult', account)
const postedResult = resultOf('ProductVoucherResult', voucher)

const KEY_HELP = 'The same key with the same input answers the same again.'
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
  }),
})
const contractInput = builder.inputType('ContractInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ required: true, description: KEY_HELP }),
    contract: t.id({ required: true }),
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
