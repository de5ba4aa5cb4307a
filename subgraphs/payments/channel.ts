/**
 * The port to a bank that moves money.
 */
import type { Instant } from '../kernel/time.ts'

/** Which way the money goes: to the counterparty, or from it. */
export type Direction = 'PAY' | 'COLLECT'

/**
 * A transfer to be made.
 *
 * @property reference ours, unique for good: the bank makes at most one transfer under it
 * @property amount decimal string, positive
 */
export interface TransferRequest {
  readonly reference: string
  readonly direction: Direction
  readonly amount: string
  readonly currency: string
  readonly counterparty: { readonly name: string; readonly account: string | null }
  readonly purpose: string
}

/**
 * What the bank says of a transfer.
 *
 * `NOT_FOUND`: it knows of no transfer under this reference, so that sending again is safe.
 */
export type ChannelAnswer =
  | { readonly outcome: 'SETTLED'; readonly bankReference: string }
  | { readonly outcome: 'FAILED'; readonly code: string; readonly message: string }
  | { readonly outcome: 'PROCESSING' }
  | { readonly outcome: 'NOT_FOUND' }

/** An answer that the bank sends by itself, perhaps late, perhaps twice. */
export interface Notice {
  readonly reference: string
  readonly answer: ChannelAnswer
}

/** One line of the bank's own account of what it did (对账单). @property amount decimal string */
export interface StatementLine {
  readonly reference: string
  readonly bankReference: string
  readonly direction: Direction
  readonly amount: string
  readonly currency: string
  readonly at: Instant
}

/**
 * A way to move money.
 *
 * `send` and `query` throw when no answer came: whether the transfer was made is then unknown, and
 * only the bank can tell.
 */
export interface Channel {
  readonly code: string
  readonly zh: string
  readonly en: string
  /** True for a simulator, which says so wherever it is shown. */
  readonly simulated: boolean
  /** How long after sending a request may still reach the bank, in milliseconds. */
  readonly inTransitMs: number
  send(request: TransferRequest, signal: AbortSignal): Promise<ChannelAnswer>
  query(reference: string, signal: AbortSignal): Promise<ChannelAnswer>
  /** Calls `receive` for every notice; a notice whose receiver throws comes again. */
  listen(receive: (notice: Notice) => Promise<void>): void
  /** All transfers made, by reference. */
  statement(): AsyncIterable<StatementLine>
  close(): Promise<void>
}
