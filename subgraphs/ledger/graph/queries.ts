/**
 * What can be asked of the ledger.
 */
import { PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
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
  READ,
  rule,
  subject,
  suspenseItem,
  voucher,
} from './base.ts'
import { suspenseState, trialBalanceReport } from './types.ts'

builder.queryFields((t) => ({
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
