/**
 * What can be asked of the ledger.
 */
import { moneyOf, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { versionsOf } from '../../kernel/four-eyes.ts'
import { pageOf } from '../../kernel/page.ts'
import { RULE_KIND } from '../post-event.ts'
import { listAccounts } from '../store/account.ts'
import { subjects } from '../store/chart.ts'
import { closings } from '../store/period.ts'
import { trialBalance } from '../store/report.ts'
import { listSuspense } from '../store/suspense.ts'
import { listVouchers } from '../store/voucher.ts'
import {
  account,
  builder,
  connection,
  findVoucher,
  money,
  READ,
  rule,
  subject,
  subjectByCode,
  suspenseItem,
  voucher,
} from './base.ts'
import type { PlaceDifference, RuleSimulation } from '../rule-simulation.ts'
import { resultOf } from './mutations.ts'
import { suspenseState, trialBalanceReport } from './types.ts'

const difference = builder.objectRef<PlaceDifference>('PlaceDifference').implement({
  description: 'What a place of the books comes to over a period; debit is positive.',
  fields: (t) => ({
    institution: t.exposeString('institution'),
    subject: t.field({
      type: subject,
      resolve: (row, _, context) => subjectByCode(context, row.subject),
    }),
    before: t.field({
      type: money,
      description: 'As it was booked.',
      resolve: (row) => moneyOf(row.before, row.currency),
    }),
    after: t.field({
      type: money,
      description: 'As the version would have booked it.',
      resolve: (row) => moneyOf(row.after, row.currency),
    }),
  }),
})
const simulation = builder.objectRef<RuleSimulation>('RuleSimulation').implement({
  description: 'What the books of a past period would be under a version of a posting rule.',
  fields: (t) => ({
    events: t.exposeInt('events', { description: 'Posted events that were looked at.' }),
    changed: t.exposeInt('changed', { description: 'Events that would make other entries.' }),
    refused: t.field({
      type: 'JSON',
      description: 'Events that the version would refuse, by code.',
      resolve: (row) => row.refused,
    }),
    differences: t.field({
      type: [difference],
      listSize: { assumedSize: 10 },
      description: 'Places that would come to something else.',
      resolve: (row) => [...row.differences],
    }),
  }),
})
const simulationResult = resultOf('RuleSimulationResult', simulation)

builder.queryFields((t) => ({
  ruleSimulation: t.field({
    type: simulationResult,
    description: 'What a past period would be under a version of a posting rule, approved or not.',
    ...READ,
    args: {
      event: t.arg.string({ required: true }),
      version: t.arg.int({ required: true }),
      from: t.arg({ type: 'Date', required: true }),
      to: t.arg({ type: 'Date', required: true }),
    },
    resolve: async (_, args, { ledger }) => {
      const done = await ledger.commands.simulateRule(args)
      return done.ok ? done.value : done
    },
  }),
  voucher: t.field({
    type: voucher,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findVoucher(context, id),
  }),
  vouchers: t.field({
    type: connection('Voucher', voucher),
    description: 'Newest first.',
    ...READ,
    ...PAGE_SIZE,
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      serial: t.arg.string(),
      bookingFrom: t.arg({ type: 'Date' }),
      bookingTo: t.arg({ type: 'Date' }),
    },
    resolve: async (_, args, { actor, ledger }) => {
      const page = readPageArgs(args)
      const filter = {
        serial: args.serial ?? undefined,
        bookingFrom: args.bookingFrom ?? undefined,
        bookingTo: args.bookingTo ?? undefined,
      }
      const rows = await listVouchers(ledger.db, actor.tenant, filter, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
  accounts: t.field({
    type: [account],
    ...READ,
    listSize: { assumedSize: 100 },
    args: { institution: t.arg.string(), subject: t.arg.string() },
    resolve: (_, args, { actor, ledger }) =>
      listAccounts(ledger.db, actor.tenant, {
        institution: args.institution ?? undefined,
        subject: args.subject ?? undefined,
      }),
  }),
  chartOfAccounts: t.field({
    type: [subject],
    description: '会计科目表',
    ...READ,
    listSize: { assumedSize: 50 },
    resolve: async (_, __, { actor, ledger }) => [
      ...await subjects(ledger.db, { tenant: actor.tenant }),
    ],
  }),
  trialBalance: t.field({
    type: trialBalanceReport,
    description: 'Sums by booking date, both days included.',
    ...READ,
    args: {
      from: t.arg({ type: 'Date', required: true }),
      to: t.arg({ type: 'Date', required: true }),
      institution: t.arg.string({ description: 'All institutions when absent.' }),
    },
    resolve: async (_, { from, to, institution }, { actor, ledger }) => ({
      from,
      to,
      rows: await trialBalance(ledger.db, actor.tenant, {
        from,
        to,
        institution: institution ?? undefined,
      }),
    }),
  }),
  suspenseItems: t.field({
    type: connection('SuspenseItem', suspenseItem),
    description: 'Oldest first.',
    ...READ,
    ...PAGE_SIZE,
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      state: t.arg({ type: suspenseState }),
    },
    resolve: async (_, args, { actor, ledger }) => {
      const page = readPageArgs(args)
      const rows = await listSuspense(ledger.db, actor.tenant, args.state ?? undefined, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
  postingRules: t.field({
    type: [rule],
    description: 'All versions, by event type.',
    ...READ,
    listSize: { assumedSize: 20 },
    resolve: (_, __, { actor, ledger }) => versionsOf(ledger.db, actor.tenant, RULE_KIND),
  }),
  closedPeriods: t.stringList({
    description: 'Months that take no more entries, such as 2026-10.',
    ...READ,
    resolve: async (_, __, { actor, ledger }) =>
      (await closings(ledger.db, { tenant: actor.tenant })).map((row) => row.period),
  }),
}))
