/**
 * Contracts in the schema: loans and term deposits, their schedules, their rates.
 */
import { moneyOf } from '../../kernel/builder.ts'
import { formatRate } from '../parameter/rate.ts'
import { businessDate } from '../business-date.ts'
import type { DueDayRule } from '../parameter/due-day.ts'
import { accruePenalty, outstandingOf, penaltyOf } from '../product/loan.ts'
import { penaltyRaises } from '../product/penalty-booking.ts'
import { repricingDates, type RepricingRule } from '../product/repricing.ts'
import {
  contractById,
  type ContractRow,
  type InstalmentRow,
  instalmentState,
} from '../store/contract.ts'
import type { RepricingRow } from '../store/repricing.ts'
import {
  account,
  accountById,
  builder,
  contract,
  customer,
  instalmentsOfContract,
  money,
  READ,
  repricingsOfContract,
} from './base.ts'

/** @property penaltyToday all its penalty interest up to today, paid or not */
type OwnedInstalment = InstalmentRow & { readonly of: ContractRow; readonly penaltyToday: bigint }

const contractKind = builder.enumType('ContractKind', {
  values: {
    LOAN: { description: '贷款' },
    TERM_DEPOSIT: { description: '定期存款' },
  } as const,
})
const contractStatus = builder.enumType('ContractStatus', { values: ['ACTIVE', 'ENDED'] as const })
export const method = builder.enumType('RepaymentMethod', {
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

const dueDayRule = builder.enumType('DueDayRule', {
  description: 'Where a due day goes that is no working day (节假日顺延).',
  values: {
    NONE: { description: 'It stays.' },
    FOLLOWING: { description: 'To the next working day.' },
    MODIFIED_FOLLOWING: {
      description: 'To the next working day, or the one before when that is in another month.',
    },
  } as const,
})
export const repricingRule = builder.enumType('RepricingRule', {
  description: 'When the rate of a loan is set anew (重定价).',
  values: {
    NEVER: { description: '固定利率: never.' },
    NEW_YEAR: { description: 'On 1 January.' },
    ANNIVERSARY: { description: '对月对日: on the day of the year on which it was paid out.' },
  } as const,
})
const repricingCause = builder.enumType('RepricingCause', {
  description: 'Why a loan has another rate.',
  values: {
    NEW_YEAR: { description: 'Its rule, on 1 January.' },
    ANNIVERSARY: { description: 'Its rule, on the anniversary.' },
    ASKED: { description: 'Somebody asked for the rate of the day.' },
  } as const,
})
const repricing = builder.objectRef<RepricingRow>('Repricing').implement({
  description: 'A change of a loan’s rate (重定价).',
  fields: (t) => ({
    on: t.field({
      type: 'Date',
      description: 'The new rate counts from this day.',
      resolve: (row) => row.on_date,
    }),
    cause: t.field({ type: repricingCause, resolve: (row) => row.rule as 'ASKED' }),
    rateBefore: t.string({
      description: 'A year’s, as a decimal.',
      resolve: (row) => formatRate(row.rate_before),
    }),
    rate: t.string({
      description: 'A year’s, as a decimal.',
      resolve: (row) => formatRate(row.rate),
    }),
    repricedBy: t.exposeString('repriced_by'),
    repricedAt: t.field({ type: 'DateTime', resolve: (row) => row.repriced_at }),
  }),
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
          return moneyOf(
            row.status === 'ACTIVE' ? row.principal - row.prepaid : 0n,
            row.currency,
          )
        }
        const rows = await instalmentsOfContract(context, row.id)
        return moneyOf(
          outstandingOf(row.principal - row.prepaid, rows.map(instalmentState)),
          row.currency,
        )
      },
    }),
    partialWithdrawals: t.int({
      nullable: true,
      description: 'How often a part of a deposit was withdrawn early (部分提前支取).',
      resolve: (row) => row.kind === 'LOAN' ? null : Number(row.withdrawals),
    }),
    rate: t.string({
      description: 'A year’s, as a decimal: 0.0435.',
      resolve: (row) => formatRate(row.rate),
    }),
    repricing: t.field({
      type: repricingRule,
      nullable: true,
      description: 'When its rate is set anew; none of a deposit.',
      resolve: (row) => row.repricing as RepricingRule | null,
    }),
    rateBase: t.exposeString('base_key', {
      nullable: true,
      description: 'What the rate of a loan rests on, such as rate.lpr.5y.',
    }),
    rateSpread: t.string({
      nullable: true,
      description: 'How much the rate is above its base when it is repriced, as a decimal: -0.002.',
      resolve: (row) => row.spread === null ? null : formatRate(row.spread),
    }),
    dueDayRule: t.field({
      type: dueDayRule,
      nullable: true,
      description: 'Where a due day of a loan goes that is no working day.',
      resolve: (row) => row.due_day as DueDayRule | null,
    }),
    nextRepricingOn: t.field({
      type: 'Date',
      nullable: true,
      resolve: (row) =>
        repricingDates(
          row.status === 'ACTIVE' ? row.repricing as RepricingRule ?? 'NEVER' : 'NEVER',
          row.started_on,
          row.accrued_to,
          row.matures_on,
        ).find((date) => date < row.matures_on) ?? null,
    }),
    repricings: t.field({
      type: [repricing],
      listSize: { assumedSize: 5 },
      description: 'The rates that it had, oldest first.',
      resolve: (row, _, context) => repricingsOfContract(context, row.id),
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
