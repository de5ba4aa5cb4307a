/**
 * Accounts in the schema: those of the chart's places and those of customers, with their holds.
 */
import { badInput, moneyOf, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import { refuse } from '../../kernel/result.ts'
import { availableOf, usualBalance } from '../account.ts'
import { accountState, balanceAsOf, findAccount } from '../store/account.ts'
import { remainingOf } from '../hold.ts'
import { holdState } from '../store/hold.ts'
import { accountEntries, entryKey, isEntryKey } from '../store/statement.ts'
import { voucherIdFloor } from '../voucher-id.ts'
import {
  account,
  accountById,
  accountsOfCustomer,
  builder,
  changesOfAccount,
  connection,
  contract,
  contractsOfCustomer,
  customer,
  entry,
  hold,
  holdsOfAccount,
  interestOfAccount,
  money,
  READ,
  subject,
  subjectByCode,
  WRITE,
} from './base.ts'
import type { LedgerTables } from '../tables.ts'

export const accountStatus = builder.enumType('AccountStatus', {
  values: {
    OPEN: { description: 'Takes entries.' },
    STOPPED: { description: '止付: nothing is taken out, money still comes in.' },
    FROZEN: { description: '冻结: no entries at all.' },
    CLOSED: { description: '销户: no entries ever again.' },
  } as const,
})

const accountChange = builder.objectRef<LedgerTables['account_change']>('AccountChange').implement({
  description: 'Something that happened to an account besides entries.',
  fields: (t) => ({
    what: t.exposeString('what', { description: 'OPENED, STATUS or LIMITS.' }),
    detail: t.field({ type: 'JSON', resolve: (row) => JSON.parse(row.detail) }),
    reason: t.exposeString('reason'),
    changedBy: t.exposeString('changed_by'),
    changedAt: t.field({ type: 'DateTime', resolve: (row) => row.changed_at }),
  }),
})

const interest = builder.objectRef<
  LedgerTables['interest_account'] & { currency: string }
>('AccountInterest').implement({
  description: 'Interest that the balance of an account earns.',
  fields: (t) => ({
    rateKey: t.exposeString('rate_key', { description: 'The parameter that its rate is.' }),
    dayCount: t.exposeString('day_count', { description: 'ACT/360, ACT/365, ACT/ACT or 30/360.' }),
    accruedTo: t.field({
      type: 'Date',
      description: 'The last day whose interest is in it.',
      resolve: (row) => row.accrued_to,
    }),
    accrued: t.field({
      type: money,
      description: 'Earned since the last settlement, rounded as it stands in the books.',
      resolve: (row) => moneyOf(row.posted, row.currency),
    }),
  }),
})

account.implement({
  description:
    'An account (分户账): one subject of one institution in one currency, or a customer’s below it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    institution: t.exposeString('institution'),
    subject: t.field({
      type: subject,
      resolve: (row, _, context) => subjectByCode(context, row.subject),
    }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code.' }),
    number: t.string({
      nullable: true,
      description: 'A customer’s account number, masked but for its ends.',
      resolve: (row) => row.number === '' ? null : maskNumber(row.number),
    }),
    customer: t.field({
      type: customer,
      nullable: true,
      resolve: (row) => row.customer === null ? null : { id: row.customer },
    }),
    product: t.exposeString('product', { nullable: true, description: 'Code of its product.' }),
    status: t.field({ type: accountStatus, resolve: (row) => row.status as 'OPEN' }),
    openedAt: t.field({ type: 'DateTime', resolve: (row) => row.opened_at }),
    balance: t.field({
      type: money,
      description: 'Debit is positive.',
      resolve: (row) => moneyOf(row.balance, row.currency),
    }),
    usualBalance: t.field({
      type: money,
      description: 'The balance on the side where it usually is: a deposit is positive.',
      resolve: (row) => moneyOf(usualBalance(accountState(row)), row.currency),
    }),
    held: t.field({
      type: money,
      description: 'What open holds reserve.',
      resolve: (row) => moneyOf(row.held, row.currency),
    }),
    available: t.field({
      type: money,
      description:
        'What may be taken out: the usual balance without holds, down to the lower limit.',
      resolve: (row) => moneyOf(availableOf(accountState(row)), row.currency),
    }),
    lowerLimit: t.field({
      type: money,
      nullable: true,
      description: 'Below this the usual balance does not fall, holds counted out.',
      resolve: (row) => row.min_balance === null ? null : moneyOf(row.min_balance, row.currency),
    }),
    upperLimit: t.field({
      type: money,
      nullable: true,
      description: 'Above this the usual balance does not rise.',
      resolve: (row) => row.max_balance === null ? null : moneyOf(row.max_balance, row.currency),
    }),
    balanceAsOf: t.field({
      type: money,
      description: 'The balance as of a moment on any axis; debit is positive. Days are included.',
      args: {
        bookedBy: t.arg({ type: 'Date', description: '会计日: booked by this day.' }),
        valueBy: t.arg({ type: 'Date', description: '起息日: counting from this day or before.' }),
        knownAt: t.arg({ type: 'DateTime', description: 'As it was known at this moment.' }),
      },
      resolve: async (row, args, { actor, ledger }) => {
        const knownAt = args.knownAt ?? undefined
        const minor = await balanceAsOf(ledger.db, actor.tenant, row.id, {
          bookedBy: args.bookedBy ?? undefined,
          valueBy: args.valueBy ?? undefined,
          ...(knownAt === undefined ? {} : { knownAt, firstId: voucherIdFloor(knownAt) }),
        })
        return moneyOf(minor, row.currency)
      },
    }),
    interest: t.field({
      type: interest,
      nullable: true,
      description: 'What its balance earns; null when it bears no interest.',
      resolve: async (row, _, context) => {
        const found = await interestOfAccount(context, row.id)
        return found === null ? null : { ...found, currency: row.currency }
      },
    }),
    holds: t.field({
      type: [hold],
      listSize: { assumedSize: 5 },
      description: 'Holds (预授权), oldest first, ended ones included.',
      resolve: (row, _, context) => holdsOfAccount(context, row.id),
    }),
    changes: t.field({
      type: [accountChange],
      listSize: { assumedSize: 5 },
      description: 'What happened to it besides entries, oldest first.',
      resolve: (row, _, context) => changesOfAccount(context, row.id),
    }),
    entries: t.field({
      type: connection('AccountEntry', entry),
      description: 'Newest first (明细账).',
      args: { first: t.arg.int(), after: t.arg.string() },
      ...PAGE_SIZE,
      resolve: async (row, args, { actor, ledger }) => {
        const page = readPageArgs(args)
        if (page.after !== undefined && !isEntryKey(page.after)) {
          throw badInput(
            refuse('CURSOR_MALFORMED', 'The cursor is not one that a page gave.', '/after'),
          )
        }
        const rows = await accountEntries(ledger.db, actor.tenant, row.id, page)
        return pageOf(rows, page.limit, entryKey)
      },
    }),
  }),
})

const holdStateEnum = builder.enumType('HoldState', {
  values: ['OPEN', 'CAPTURED', 'VOIDED', 'EXPIRED'] as const,
})

hold.implement({
  description: 'A hold (预授权): an amount of an account that is reserved.',
  fields: (t) => ({
    id: t.exposeID('id'),
    account: t.field({
      type: account,
      resolve: (row, _, context) => accountById(context, row.account_id),
    }),
    amount: t.field({
      type: money,
      resolve: async (row, _, context) =>
        moneyOf(row.minor, (await accountById(context, row.account_id)).currency),
    }),
    captured: t.field({
      type: money,
      description: 'What captures took of it so far.',
      resolve: async (row, _, context) =>
        moneyOf(row.captured, (await accountById(context, row.account_id)).currency),
    }),
    remaining: t.field({
      type: money,
      description: 'What it still reserves; nothing once its time has come.',
      resolve: async (row, _, context) =>
        moneyOf(
          remainingOf(holdState(row), context.ledger.ports.clock.now()),
          (await accountById(context, row.account_id)).currency,
        ),
    }),
    state: t.field({ type: holdStateEnum, resolve: (row) => row.state as 'OPEN' }),
    reference: t.exposeString('reference'),
    expiresAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.expires_at }),
    placedBy: t.exposeString('placed_by'),
    placedAt: t.field({ type: 'DateTime', resolve: (row) => row.placed_at }),
  }),
})

customer.implement({
  description: 'A customer, as the ledger knows them: whoever accounts are opened for.',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id'),
    contracts: t.field({
      type: [contract],
      listSize: { assumedSize: 3 },
      description: 'Their loans and term deposits, oldest first.',
      resolve: (row, _, context) => contractsOfCustomer(context, row.id),
    }),
    accounts: t.field({
      type: [account],
      listSize: { assumedSize: 5 },
      description: 'Their accounts, oldest first.',
      resolve: (row, _, context) => accountsOfCustomer(context, row.id),
    }),
  }),
})
builder.asEntity(customer, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: ({ id }) => ({ id }),
})

builder.queryFields((t) => ({
  account: t.field({
    type: account,
    nullable: true,
    description: 'One account, by its id or a customer’s account number.',
    ...READ,
    args: { id: t.arg.id(), number: t.arg.string() },
    resolve: async (_, { id, number }, { actor, ledger }) => {
      if ((id == null) === (number == null)) {
        throw badInput(refuse('ACCOUNT_UNKNOWN', 'Ask by id or by number.', '/id'))
      }
      const by = id != null ? { id: String(id) } : { number: number! }
      return (await findAccount(ledger.db, actor.tenant, by)) ?? null
    },
  }),
  accountNumber: t.string({
    nullable: true,
    description: 'The whole number of a customer’s account, which is masked elsewhere.',
    ...WRITE,
    args: { account: t.arg.id({ required: true }) },
    resolve: async (_, args, { actor, ledger }) => {
      const row = await findAccount(ledger.db, actor.tenant, { id: String(args.account) })
      return row === undefined || row.number === '' ? null : row.number
    },
  }),
  customerAccounts: t.field({
    type: [account],
    description: 'The accounts of a customer, oldest first.',
    ...READ,
    listSize: { assumedSize: 5 },
    args: { customer: t.arg.id({ required: true }) },
    resolve: (_, args, context) => accountsOfCustomer(context, String(args.customer)),
  }),
}))

/** `6222…1234`: enough to tell one's own accounts apart. */
function maskNumber(number: string): string {
  return `${number.slice(0, 4)}…${number.slice(-4)}`
}
