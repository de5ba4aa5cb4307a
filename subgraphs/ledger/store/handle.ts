/**
 * What the ledger's statements are made with.
 */
import { type Reader, statement, type Tx } from '../../kernel/store.ts'
import type { Currency } from '../../kernel/money.ts'
import type { LedgerTables } from '../tables.ts'

export type LedgerTx = Tx<LedgerTables>
export type LedgerReader = Reader<LedgerTables>
export type VoucherRow = LedgerTables['voucher']
export type EntryRow = LedgerTables['entry'] & {
  readonly institution: string
  readonly subject: string
  readonly currency: Currency
  /** Of a customer's account; empty for the one account of a place. */
  readonly number: string
}
export type EventRow = LedgerTables['accounting_event']
export type SuspenseRow = LedgerTables['suspense_item'] & {
  readonly minor: bigint
  readonly side: string
  readonly institution: string
  readonly currency: Currency
}

/** The tenant whose rows a statement touches; every statement names it first. */
export interface Tenant {
  tenant: string
}

/** A statement over the ledger's tables, compiled once. */
export const define = <Args extends object>() => statement<LedgerTables, Args>()
