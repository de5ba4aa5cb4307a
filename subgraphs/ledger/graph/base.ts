/**
 * What the parts of the ledger's schema share: the builder, the types by name, the loaders.
 */
import { loadExisting, loadMany, loadOne } from '../../kernel/batch.ts'
import { type ResolverContext, subgraphBuilder } from '../../kernel/builder.ts'
import { type Proposal, versionsOf } from '../../kernel/four-eyes.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { AccountCommands } from '../account-commands.ts'
import type { Jobs } from '../../kernel/job.ts'
import type { TellerCommands } from '../teller-commands.ts'
import type { ExportCommands } from '../export/commands.ts'
import type { DayCommands } from '../day-end/commands.ts'
import type { DepositCommands } from '../product/deposit-commands.ts'
import type { LoanCommands } from '../product/loan-commands.ts'
import type { ExchangeCommands } from '../product/exchange.ts'
import type { ParameterCommands } from '../parameter/commands.ts'
import type { LedgerCommands } from '../commands.ts'
import { RULE_KIND } from '../post-event.ts'
import { accountsById, accountsOfCustomers, changesOf } from '../store/account.ts'
import {
  type ContractRow,
  contractsOfCustomers,
  instalmentsOf,
  interestAccountsOf,
} from '../store/contract.ts'
import { type HoldRow, holdsOf } from '../store/hold.ts'
import { repricingsOf } from '../store/repricing.ts'
import { subjects } from '../store/chart.ts'
import { eventsById, eventsOf } from '../store/event.ts'
import type { EntryRow, EventRow, LedgerReader, SuspenseRow, VoucherRow } from '../store/handle.ts'
import { suspenseOf } from '../store/suspense.ts'
import { entriesOf, reversalsOf, vouchersById, vouchersOf } from '../store/voucher.ts'
import type { LedgerTables } from '../tables.ts'

/** What the ledger's resolvers are given. */
export interface LedgerContext extends ResolverContext {
  readonly ledger: {
    readonly db: LedgerReader
    readonly commands: LedgerCommands
    readonly accounts: AccountCommands
    readonly parameters: ParameterCommands
    readonly deposits: DepositCommands
    readonly loans: LoanCommands
    readonly exchange: ExchangeCommands
    readonly days: DayCommands
    readonly jobs: Jobs
    readonly exports: ExportCommands
    readonly teller: TellerCommands
    readonly ports: Ports
  }
}

export const READ = { requiresScopes: [['ledger:read']] }
export const WRITE = { requiresScopes: [['ledger:write']] }
export const { builder, money, moneyInput, connection, refusals } = subgraphBuilder<
  LedgerContext
>()

export const subject = builder.objectRef<LedgerTables['subject']>('Subject')
export const account = builder.objectRef<LedgerTables['account']>('Account')
export const contract = builder.objectRef<ContractRow>('Contract')
export const hold = builder.objectRef<HoldRow>('Hold')
export const customer = builder.objectRef<{ id: string }>('Customer')
export const entry = builder.objectRef<EntryRow>('Entry')
export const rule = builder.objectRef<Proposal>('PostingRule')
export const accountingEvent = builder.objectRef<EventRow>('AccountingEvent')
export const voucher = builder.objectRef<VoucherRow>('Voucher')
export const suspenseItem = builder.objectRef<SuspenseRow>('SuspenseItem')
export const order = builder.externalRef(
  'BusinessOrder',
  builder.selection<{ serial: string }>('serial'),
)

type Context = LedgerContext
type Keys = readonly string[]

export const vouchersOfOrder = loadMany(
  ({ ledger, actor }: Context, serials: Keys) => vouchersOf(ledger.db, actor.tenant, serials),
  (row) => row.serial!,
)
export const eventsOfOrder = loadMany(
  ({ ledger, actor }: Context, serials: Keys) => eventsOf(ledger.db, actor.tenant, serials),
  (row) => row.serial,
)
export const suspenseOfOrder = loadMany(
  ({ ledger, actor }: Context, serials: Keys) => suspenseOf(ledger.db, actor.tenant, serials),
  (row) => row.serial!,
)
export const entriesOfVoucher = loadMany(
  ({ ledger, actor }: Context, vouchers: Keys) => entriesOf(ledger.db, actor.tenant, vouchers),
  (row) => row.voucher_id,
)
export const findVoucher = loadOne(
  ({ ledger, actor }: Context, ids: Keys) => vouchersById(ledger.db, actor.tenant, ids),
  (row) => row.id,
)
export const voucherById = loadExisting(
  ({ ledger, actor }: Context, ids: Keys) => vouchersById(ledger.db, actor.tenant, ids),
  (row) => row.id,
)
export const reversalOfVoucher = loadOne(
  ({ ledger, actor }: Context, ids: Keys) => reversalsOf(ledger.db, actor.tenant, ids),
  (row) => row.reverses,
)
export const eventById = loadExisting(
  ({ ledger, actor }: Context, ids: Keys) => eventsById(ledger.db, actor.tenant, ids),
  (row) => row.id,
)
export const accountById = loadExisting(
  ({ ledger, actor }: Context, ids: Keys) => accountsById(ledger.db, actor.tenant, ids),
  (row) => row.id,
)
export const accountsOfCustomer = loadMany(
  ({ ledger, actor }: Context, customers: Keys) =>
    accountsOfCustomers(ledger.db, actor.tenant, customers),
  (row) => row.customer!,
)
export const contractsOfCustomer = loadMany(
  ({ ledger, actor }: Context, customers: Keys) =>
    contractsOfCustomers(ledger.db, actor.tenant, customers),
  (row) => row.customer,
)
export const instalmentsOfContract = loadMany(
  ({ ledger, actor }: Context, contracts: Keys) =>
    instalmentsOf(ledger.db, actor.tenant, contracts),
  (row) => row.contract_id,
)
export const repricingsOfContract = loadMany(
  ({ ledger, actor }: Context, contracts: Keys) => repricingsOf(ledger.db, actor.tenant, contracts),
  (row) => row.contract_id,
)
export const interestOfAccount = loadOne(
  ({ ledger, actor }: Context, accounts: Keys) =>
    interestAccountsOf(ledger.db, actor.tenant, accounts),
  (row) => row.account_id,
)
export const holdsOfAccount = loadMany(
  ({ ledger, actor }: Context, accounts: Keys) =>
    holdsOf(ledger.db, actor.tenant, accounts, undefined),
  (row) => row.account_id,
)
export const changesOfAccount = loadMany(
  ({ ledger, actor }: Context, accounts: Keys) => changesOf(ledger.db, actor.tenant, accounts),
  (row) => row.account_id,
)
export const subjectByCode = loadExisting(
  ({ ledger, actor }: Context) => subjects(ledger.db, { tenant: actor.tenant }),
  (row) => row.code,
)
/** By `event@version`. */
export const ruleByVersion = loadExisting(
  ({ ledger, actor }: Context) => versionsOf(ledger.db, actor.tenant, RULE_KIND),
  (row) => `${row.subject}@${row.version}`,
)
