/**
 * Overdue loans (逾期): the rate of penalty, what a payment settles first, and how a loan is graded.
 *
 * @see 银发〔2003〕251号: penalty interest of 30 to 50 percent above the loan's rate; compound interest
 * on interest that was not paid
 * @see 《商业银行金融资产风险分类办法》(2023年第1号令): more than 90, 270 and 360 days past due
 * @see 银发〔2002〕98号: provisions of 2, 25, 50 and 100 percent; 1 percent in general
 */
import { divideRounded } from '../../kernel/money.ts'
import { type LocalDate, plusDays } from '../../kernel/time.ts'
import { RATE_ONE, shareOf } from '../parameter/rate.ts'
import type { RateStep } from './accrual.ts'
import type { DayCount } from './day-count.ts'

/** What may be owed of an instalment. */
export type DuePart = 'fee' | 'penalty' | 'interest' | 'principal'

/** The order in which a payment settles the parts of one instalment. */
export const SETTLEMENT_ORDER: readonly DuePart[] = ['fee', 'penalty', 'interest', 'principal']

/** An instalment with what is still owed of it, minor units, none negative. */
export type Due = Readonly<Record<DuePart, bigint>> & {
  readonly period: number
  readonly dueOn: LocalDate
}

/** What a payment took of one instalment. */
export type Settled = Readonly<Record<DuePart, bigint>> & { readonly period: number }

/**
 * Divides a payment over what is owed: the oldest instalment first, its parts in order.
 *
 * @param order of the parts; principal first is agreed for loans that may not be recovered
 */
export function settleDues(
  dues: readonly Due[],
  minor: bigint,
  order: readonly DuePart[] = SETTLEMENT_ORDER,
): { settled: Settled[]; left: bigint } {
  let left = minor
  const settled: Settled[] = []
  for (const due of dues.toSorted((a, b) => a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0)) {
    const taken: Record<DuePart, bigint> = { fee: 0n, penalty: 0n, interest: 0n, principal: 0n }
    for (const part of order) {
      taken[part] = due[part] < left ? due[part] : left
      left -= taken[part]
    }
    if (order.some((part) => taken[part] > 0n)) settled.push({ period: due.period, ...taken })
  }
  return { settled, left }
}

/** Penalty interest is by a 360th of the year's rate for each day. */
export const PENALTY_DAY_COUNT: DayCount = 'ACT/360'

/**
 * The rate of penalty interest (罚息) on overdue principal and of compound interest (复利) on overdue
 * interest: the loan's own, raised by a share of itself. Not below nothing.
 *
 * @param rate a year's, in units of 10⁻¹⁰, as the answer
 * @param raise the share, in the same units: 0.5 for half again
 */
export function penaltyRate(rate: bigint, raise: bigint): bigint {
  const raised = divideRounded(rate * (RATE_ONE + raise), RATE_ONE, 'half-up')
  return raised > 0n ? raised : 0n
}

/** Rates of penalty from a day (included) to another (excluded). @param raiseOn the share on a day */
export function penaltySteps(
  rate: bigint,
  from: LocalDate,
  to: LocalDate,
  raiseOn: (day: LocalDate) => bigint,
): RateStep[] {
  const steps: RateStep[] = []
  for (let day = from; day < to; day = plusDays(day, 1)) {
    const raised = penaltyRate(rate, raiseOn(day))
    if (steps.at(-1)?.rate !== raised) steps.push({ from: day, rate: raised })
  }
  return steps
}

/** 正常, 关注, 次级, 可疑, 损失. */
export type LoanGrade = 'PASS' | 'SPECIAL_MENTION' | 'SUBSTANDARD' | 'DOUBTFUL' | 'LOSS'

const GRADES: readonly (readonly [pastDays: number, grade: LoanGrade])[] = [
  [360, 'LOSS'],
  [270, 'DOUBTFUL'],
  [90, 'SUBSTANDARD'],
  [0, 'SPECIAL_MENTION'],
]

/** The grade by days past due alone; other signs may only make it worse. */
export function gradeOf(daysPastDue: number): LoanGrade {
  return GRADES.find(([past]) => daysPastDue > past)?.[1] ?? 'PASS'
}

/** Whether interest is no longer income but noted off the balance sheet (表内转表外). */
export function isNonAccrual(grade: LoanGrade): boolean {
  return grade === 'SUBSTANDARD' || grade === 'DOUBTFUL' || grade === 'LOSS'
}

const PROVISIONS: Readonly<Record<LoanGrade, bigint>> = {
  PASS: RATE_ONE / 100n,
  SPECIAL_MENTION: RATE_ONE / 50n,
  SUBSTANDARD: RATE_ONE / 4n,
  DOUBTFUL: RATE_ONE / 2n,
  LOSS: RATE_ONE,
}

/** What is set aside (贷款损失准备) for a loan of a grade. */
export function provisionOf(minor: bigint, grade: LoanGrade): bigint {
  return shareOf(minor, PROVISIONS[grade])
}
