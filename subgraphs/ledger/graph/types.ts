/**
 * The ledger's types, and what an order has in the books.
 */
import { moneyOf } from '../../kernel/builder.ts'
import type { LocalDate } from '../../kernel/time.ts'
import type { VoucherRow } from '../store/handle.ts'
import type { TrialBalanceRow } from '../store/report.ts'
import {
  account,
  accountById,
  accountingEvent,
  builder,
  entriesOfVoucher,
  entry,
  eventById,
  eventsOfOrder,
  findVoucher,
  money,
  order,
  READ,
  reversalOfVoucher,
  rule,
  ruleByVersion,
  subject,
  subjectByCode,
  suspenseItem,
  suspenseOfOrder,
  voucher,
  voucherById,
  vouchersOfOrder,
} from './base.ts'

export const side = builder.enumType('Side', {
  description: 'Which side of an account an amount is on.',
  values: { DEBIT: { description: '借' }, CREDIT: { description: '贷' } } as const,
})

subject.implement({
  description: 'A subject of the chart of accounts (会计科目).',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Ministry of Finance code, with own details.' }),
    nameZh: t.exposeString('zh'),
    nameEn: t.exposeString('en'),
    class: t.exposeString('class', {
      description: 'ASSET, LIABILITY, COMMON, EQUITY, PROFIT_LOSS or OFF_BALANCE.',
    }),
    normal: t.field({ type: side, resolve: (row) => row.normal as 'DEBIT' | 'CREDIT' }),
    postable: t.boolean({
      description: 'Whether entries are made here rather than in details below.',
      resolve: (row) => row.postable === 1n,
    }),
  }),
})

entry.implement({
  description: 'One line of a voucher (分录).',
  fields: (t) => ({
    line: t.int({ resolve: (row) => Number(row.line) }),
    account: t.exposeString('account_id', { description: 'Id of the account (分户账).' }),
    accountDetail: t.field({
      type: account,
      description: 'The account (分户账).',
      resolve: (row, _, context) => accountById(context, row.account_id),
    }),
    institution: t.exposeString('institution'),
    subject: t.field({
      type: subject,
      resolve: (row, _, context) => subjectByCode(context, row.subject),
    }),
    side: t.field({ type: side, resolve: (row) => row.side as 'DEBIT' | 'CREDIT' }),
    amount: t.field({ type: money, resolve: (row) => moneyOf(row.minor, row.currency) }),
    balanceAfter: t.field({
      type: money,
      description: 'Balance of the account after this line in booking order; debit is positive.',
      resolve: (row) => moneyOf(row.balance_after, row.currency),
    }),
    bookingOn: t.field({ type: 'Date', resolve: (row) => row.booking_on }),
    valueOn: t.field({ type: 'Date', resolve: (row) => row.value_on }),
    voucher: t.field({
      type: voucher,
      resolve: (row, _, context) => voucherById(context, row.voucher_id),
    }),
  }),
})

export const proposalState = builder.enumType('PostingRuleState', {
  values: ['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED'] as const,
})

rule.implement({
  description:
    'One version of a posting rule (记账规则), drafted by one person, approved by another.',
  fields: (t) => ({
    event: t.exposeString('subject', { description: 'Type of accounting event that it posts.' }),
    version: t.int({ resolve: (row) => Number(row.version) }),
    state: t.field({ type: proposalState, resolve: (row) => row.state }),
    effectiveFrom: t.field({ type: 'Date', resolve: (row) => row.effectiveFrom }),
    body: t.field({
      type: 'JSON',
      description: 'The legs: side, subject or choice by dimension, component.',
      resolve: (row) => JSON.parse(row.body),
    }),
    draftedBy: t.exposeString('draftedBy'),
    decidedBy: t.exposeString('decidedBy', { nullable: true }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
})

const eventOutcome = builder.enumType('EventOutcome', { values: ['POSTED', 'REFUSED'] as const })

accountingEvent.implement({
  description: 'What a business order told the ledger (会计事件), and what became of it.',
  fields: (t) => ({
    id: t.exposeString('id'),
    type: t.exposeString('type'),
    source: t.exposeString('source', { description: 'The subgraph that told it.' }),
    outcome: t.field({ type: eventOutcome, resolve: (row) => row.outcome as 'POSTED' | 'REFUSED' }),
    code: t.exposeString('code', { nullable: true, description: 'Why it was refused.' }),
    message: t.exposeString('message', { nullable: true }),
    receivedAt: t.field({ type: 'DateTime', resolve: (row) => row.received_at }),
    components: t.field({
      type: 'JSON',
      description: 'Amounts by component, decimal strings.',
      resolve: (row) => JSON.parse(row.body).accounting?.components ?? {},
    }),
    dimensions: t.field({
      type: 'JSON',
      resolve: (row) => JSON.parse(row.body).accounting?.dimensions ?? {},
    }),
  }),
})

const voucherKind = builder.enumType('VoucherKind', {
  values: {
    EVENT: { description: 'Made by a posting rule.' },
    MANUAL: { description: 'Written by an accountant.' },
    REVERSAL: { description: '冲正' },
    CLEARING: { description: '销账' },
    CAPTURE: { description: '预授权完成' },
    PRODUCT: { description: 'Made by a posting rule from what a product of the ledger did.' },
  } as const,
})

order.implement({
  externalFields: (t) => ({ serial: t.string() }),
  fields: (t) => ({
    vouchers: t.field({
      type: [voucher],
      nullable: true,
      ...READ,
      listSize: { assumedSize: 4 },
      description: 'What the order has in the books, oldest first.',
      resolve: (parent, _, context) => vouchersOfOrder(context, parent.serial),
    }),
    accountingEvents: t.field({
      type: [accountingEvent],
      nullable: true,
      ...READ,
      listSize: { assumedSize: 4 },
      description: 'What the order told the ledger, refused events included.',
      resolve: (parent, _, context) => eventsOfOrder(context, parent.serial),
    }),
    suspense: t.field({
      type: [suspenseItem],
      nullable: true,
      ...READ,
      listSize: { assumedSize: 1 },
      description: 'Amounts of the order that wait in suspense, or did.',
      resolve: (parent, _, context) => suspenseOfOrder(context, parent.serial),
    }),
  }),
})

voucher.implement({
  description: 'A voucher (记账凭证): entries that sum to zero per institution and currency.',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id'),
    number: t.exposeString('number', { description: 'Gap-free within its month: 2026-11-000001.' }),
    kind: t.field({ type: voucherKind, resolve: (row) => row.kind as 'EVENT' }),
    order: t.field({
      type: order,
      nullable: true,
      description: 'The business order that it comes from.',
      resolve: (row) => row.serial === null ? null : { serial: row.serial },
    }),
    event: t.field({
      type: accountingEvent,
      nullable: true,
      resolve: (row, _, context) => row.event_id === null ? null : eventById(context, row.event_id),
    }),
    rule: t.field({
      type: rule,
      nullable: true,
      description: 'The version of the posting rule that made it.',
      resolve: (row, _, context) =>
        row.rule_version === null
          ? null
          : ruleByVersion(context, `${row.event_type}@${row.rule_version}`),
    }),
    reverses: t.field({
      type: voucher,
      nullable: true,
      description: 'The voucher that this one undoes.',
      resolve: (row, _, context) =>
        row.reverses === null ? null : voucherById(context, row.reverses),
    }),
    reversedBy: t.string({
      nullable: true,
      description: 'Id of the voucher that undoes this one.',
      resolve: async (row, _, context) => (await reversalOfVoucher(context, row.id))?.id ?? null,
    }),
    bookingOn: t.field({ type: 'Date', description: '会计日', resolve: (row) => row.booking_on }),
    valueOn: t.field({ type: 'Date', description: '起息日', resolve: (row) => row.value_on }),
    recordedAt: t.field({ type: 'DateTime', resolve: (row) => row.recorded_at }),
    postedBy: t.exposeString('posted_by'),
    summary: t.exposeString('summary', { description: '摘要' }),
    channel: t.exposeString('channel', {
      nullable: true,
      description: 'Where it came in, such as counter or mobile.',
    }),
    hold: t.exposeString('hold_id', {
      nullable: true,
      description: 'Id of the hold that it captures.',
    }),
    entries: t.field({
      type: [entry],
      listSize: { assumedSize: 4 },
      resolve: (row, _, context) => entriesOfVoucher(context, row.id),
    }),
    hash: t.string({
      description: 'sha256 of the voucher’s canonical JSON.',
      resolve: (row) => Buffer.from(row.hash).toString('hex'),
    }),
    link: t.string({
      description: 'Number of the chain’s link that covers it.',
      resolve: (row) => row.link.toString(),
    }),
  }),
})
builder.asEntity(voucher, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: (key, context) => findVoucher(context, key.id) as Promise<VoucherRow>,
})

export const suspenseState = builder.enumType('SuspenseState', {
  values: ['OPEN', 'CLEARED'] as const,
})
suspenseItem.implement({
  description: 'An amount that waits for its account (挂账), with what is known of it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    reference: t.exposeString('reference', { description: 'What the source said it was.' }),
    amount: t.field({
      type: money,
      description: 'Debit is positive.',
      resolve: (row) => moneyOf(row.side === 'DEBIT' ? row.minor : -row.minor, row.currency),
    }),
    institution: t.exposeString('institution'),
    openedOn: t.field({ type: 'Date', resolve: (row) => row.opened_on }),
    state: t.field({ type: suspenseState, resolve: (row) => row.state as 'OPEN' | 'CLEARED' }),
    voucher: t.field({
      type: voucher,
      resolve: (row, _, context) => voucherById(context, row.voucher_id),
    }),
    clearedBy: t.exposeString('cleared_by', {
      nullable: true,
      description: 'Id of the voucher that cleared it.',
    }),
    order: t.field({
      type: order,
      nullable: true,
      resolve: (row) => row.serial === null ? null : { serial: row.serial },
    }),
  }),
})

const trialBalanceRow = builder.objectRef<TrialBalanceRow>('TrialBalanceRow').implement({
  description: 'One subject in one currency. Balances are debit-positive.',
  fields: (t) => ({
    subject: t.field({
      type: subject,
      resolve: (row, _, context) => subjectByCode(context, row.subject),
    }),
    opening: t.field({
      type: money,
      description: '期初余额',
      resolve: (row) => moneyOf(row.opening, row.currency),
    }),
    debit: t.field({
      type: money,
      description: '本期借方',
      resolve: (row) => moneyOf(row.debit, row.currency),
    }),
    credit: t.field({
      type: money,
      description: '本期贷方',
      resolve: (row) => moneyOf(row.credit, row.currency),
    }),
    closing: t.field({
      type: money,
      description: '期末余额',
      resolve: (row) => moneyOf(row.opening + row.debit - row.credit, row.currency),
    }),
  }),
})

interface TrialBalance {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly rows: readonly TrialBalanceRow[]
}

export const trialBalanceReport = builder.objectRef<TrialBalance>('TrialBalance').implement({
  description: 'Trial balance (试算平衡表) over booking dates.',
  fields: (t) => ({
    from: t.field({ type: 'Date', resolve: (report) => report.from }),
    to: t.field({ type: 'Date', resolve: (report) => report.to }),
    rows: t.field({
      type: [trialBalanceRow],
      listSize: { assumedSize: 50 },
      resolve: (report) => [...report.rows],
    }),
    balanced: t.boolean({
      description: 'Whether debits equal credits in every currency.',
      resolve: ({ rows }) => {
        const sums = new Map<string, bigint>()
        for (const row of rows) {
          const closing = row.opening + row.debit - row.credit
          sums.set(row.currency, (sums.get(row.currency) ?? 0n) + closing)
        }
        return Array.from(sums.values()).every((sum) => sum === 0n)
      },
    }),
  }),
})
