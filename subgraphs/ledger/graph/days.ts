/**
 * Business days, their end, and the statements over them.
 */
import { badInput, moneyOf, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { findJob, type Job } from '../../kernel/job.ts'
import { pageOf } from '../../kernel/page.ts'
import { refuse } from '../../kernel/result.ts'
import type { Reader } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import { dateOf, type LocalDate } from '../../kernel/time.ts'
import type { SubjectClass } from '../chart.ts'
import { DAY_END_KIND, type DayEndInput, type DayEndProgress } from '../day-end/job.ts'
import {
  type BalanceSheet,
  balanceSheets,
  type IncomeStatement,
  incomeStatements,
  type SubjectSum,
} from '../statement.ts'
import { type BusinessDayRow, listDays } from '../store/business-day.ts'
import { subjects } from '../store/chart.ts'
import { trialBalance } from '../store/report.ts'
import { builder, connection, type LedgerContext, money, READ, WRITE } from './base.ts'
import { resultOf } from './mutations.ts'

const dayState = builder.enumType('BusinessDayState', {
  values: {
    OPEN: { description: 'Entries are booked on it.' },
    ENDING: { description: '日终: the next day is open already.' },
    CLOSED: { description: 'Over.' },
  } as const,
})

const businessDay = builder.objectRef<BusinessDayRow>('BusinessDay').implement({
  description: 'A business day (会计日).',
  fields: (t) => ({
    on: t.field({ type: 'Date', resolve: (row) => row.on_date }),
    state: t.field({ type: dayState, resolve: (row) => row.state as 'OPEN' }),
    openedAt: t.field({ type: 'DateTime', resolve: (row) => row.opened_at }),
    cutAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.cut_at }),
    closedAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.closed_at }),
    report: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What its end did: counts, and sums in minor units by event, place and currency.',
      resolve: (row) => row.report === null ? null : JSON.parse(row.report),
    }),
  }),
})

const jobState = builder.enumType('DayEndState', {
  values: ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED'] as const,
})

const dayEnd = builder.objectRef<Job>('DayEnd').implement({
  description: 'The end of a business day (日终), as a job.',
  fields: (t) => ({
    id: t.exposeID('id'),
    on: t.field({ type: 'Date', resolve: (job) => (job.input as DayEndInput).on }),
    dryRun: t.boolean({
      description: 'Whether everything is undone again.',
      resolve: (job) => (job.input as DayEndInput).dryRun,
    }),
    state: t.field({ type: jobState, resolve: (job) => job.state }),
    step: t.string({
      nullable: true,
      description: 'The last step of which a page was done.',
      resolve: (job) => (job.progress as DayEndProgress | null)?.step ?? null,
    }),
    pages: t.int({
      description: 'Pages done so far, all steps together.',
      resolve: (job) => (job.progress as DayEndProgress | null)?.pages ?? 0,
    }),
    report: t.field({
      type: 'JSON',
      description: 'Counts, and sums in minor units by event, place and currency, so far.',
      resolve: (job) => (job.progress as DayEndProgress | null)?.tally ?? {},
    }),
    error: t.exposeString('error', { nullable: true, description: 'What stopped it.' }),
  }),
})

async function visibleJob({ actor, ledger }: LedgerContext, id: string): Promise<Job | undefined> {
  const job = await findJob(ledger.db as unknown as Reader<KernelTables>, actor.tenant, id)
  return job?.kind === DAY_END_KIND ? job : undefined
}

const dayEndResult = resultOf('DayEndResult', dayEnd)
const endInput = builder.inputType('EndDayInput', {
  fields: (t) => ({
    dryRun: t.boolean({ required: true, description: 'Whether to tell what would be done only.' }),
  }),
})

builder.mutationFields((t) => ({
  endDay: t.field({
    type: dayEndResult,
    description:
      'Ends the open business day, or goes on with one whose end was stopped. Postings go on meanwhile, under the next day.',
    ...WRITE,
    args: { input: t.arg({ type: endInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const done = await context.ledger.days.endDay(input)
      return done.ok ? (await visibleJob(context, done.value))! : done
    },
  }),
}))

builder.subscriptionType({
  fields: (t) => ({
    dayEndProgress: t.field({
      type: dayEnd,
      description: 'The end of a day now and at each page, until it has ended.',
      ...READ,
      args: { id: t.arg.id({ required: true }) },
      subscribe: async (_, { id }, context) => {
        if (await visibleJob(context, String(id)) === undefined) {
          throw badInput(refuse('DAY_END_UNKNOWN', 'There is no such job.', '/id'))
        }
        return context.ledger.jobs.watch(context.actor.tenant, String(id))
      },
      resolve: (job) => job as Job,
    }),
  }),
})

const sheet = builder.objectRef<BalanceSheet>('BalanceSheet').implement({
  description: 'A balance sheet (资产负债表) in one currency.',
  fields: (t) => ({
    assets: t.field({ type: money, resolve: (row) => moneyOf(row.assets, row.currency) }),
    liabilities: t.field({ type: money, resolve: (row) => moneyOf(row.liabilities, row.currency) }),
    equity: t.field({ type: money, resolve: (row) => moneyOf(row.equity, row.currency) }),
    profit: t.field({
      type: money,
      description: 'Profit that was not yet moved to equity; a loss is negative.',
      resolve: (row) => moneyOf(row.profit, row.currency),
    }),
    balanced: t.boolean({
      description: 'Whether assets equal liabilities, equity and profit together.',
      resolve: (row) => row.assets === row.liabilities + row.equity + row.profit,
    }),
  }),
})
const income = builder.objectRef<IncomeStatement>('IncomeStatement').implement({
  description: 'An income statement (利润表) in one currency.',
  fields: (t) => ({
    income: t.field({ type: money, resolve: (row) => moneyOf(row.income, row.currency) }),
    expense: t.field({ type: money, resolve: (row) => moneyOf(row.expense, row.currency) }),
    profit: t.field({
      type: money,
      resolve: (row) => moneyOf(row.income - row.expense, row.currency),
    }),
  }),
})

async function sums(
  { actor, ledger }: LedgerContext,
  range: { from: LocalDate; to: LocalDate; institution: string | undefined },
  carried: boolean,
): Promise<SubjectSum[]> {
  const chart = await subjects(ledger.db, { tenant: actor.tenant })
  const classes = new Map(chart.map((row) => [row.code, row.class as SubjectClass]))
  const rows = await trialBalance(ledger.db, actor.tenant, range)
  return rows.map((row) => ({
    subject: row.subject,
    class: classes.get(row.subject)!,
    currency: row.currency,
    minor: (carried ? row.opening : 0n) + row.debit - row.credit,
  }))
}

const ALL_HELP = 'All institutions together (汇总) when absent.'

builder.queryFields((t) => ({
  businessDays: t.field({
    type: connection('BusinessDay', businessDay),
    description: 'Newest first. None where days follow the calendar still.',
    ...READ,
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, args, { actor, ledger }) => {
      const page = readPageArgs(args)
      return pageOf(
        await listDays(ledger.db, actor.tenant, page),
        page.limit,
        (row) => row.on_date,
      )
    },
  }),
  dayEnd: t.field({
    type: dayEnd,
    nullable: true,
    description: 'The end of a day, by the id of its job.',
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => (await visibleJob(context, String(id))) ?? null,
  }),
  balanceSheet: t.field({
    type: [sheet],
    description: 'By currency, as of the end of a booking date.',
    ...READ,
    listSize: { assumedSize: 3 },
    args: {
      on: t.arg({ type: 'Date', description: 'Today when absent.' }),
      institution: t.arg.string({ description: ALL_HELP }),
    },
    resolve: async (_, { on, institution }, context) => {
      const to = on ?? dateOf(context.ledger.ports.clock.now())
      const range = { from: to, to, institution: institution ?? undefined }
      return balanceSheets(await sums(context, range, true))
    },
  }),
  incomeStatement: t.field({
    type: [income],
    description: 'By currency, between two booking dates, both included.',
    ...READ,
    listSize: { assumedSize: 3 },
    args: {
      from: t.arg({ type: 'Date', required: true }),
      to: t.arg({ type: 'Date', required: true }),
      institution: t.arg.string({ description: ALL_HELP }),
    },
    resolve: async (_, { from, to, institution }, context) =>
      incomeStatements(
        await sums(context, { from, to, institution: institution ?? undefined }, false),
      ),
  }),
}))
