/**
 * Sends instructions and asks about those whose outcome is unknown, until each has ended.
 *
 * Before anything is said to the bank, what will be said is committed. A process that dies in between
 * leaves an instruction that is asked about, never one that is sent twice without asking.
 */
import { canonicalJson } from '../kernel/canonical-json.ts'
import { formatMoney, isCurrency } from '../kernel/money.ts'
import type { Ports } from '../kernel/ports.ts'
import type { Store } from '../kernel/store.ts'
import { plusMs } from '../kernel/time.ts'
import { inTrace } from '../kernel/trace.ts'
import { type AnswerKind, takeAnswer } from './answer.ts'
import type { Channel, ChannelAnswer, Direction, Notice, TransferRequest } from './channel.ts'
import { dueAction, type InstructionState } from './instruction-state.ts'
import {
  dueInstructions,
  insertAttempt,
  instructionById,
  instructionByReference,
  type InstructionRow,
  moveInstruction,
  releaseClaims,
  unfinished,
} from './store.ts'
import type { PaymentTables } from './tables.ts'

const IN_FLIGHT = 128n
const POLL_MS = 500
/** A bank that has not answered by then has not answered. */
const ANSWER_TIMEOUT_MS = 10_000
/** How long a claimed instruction is left to whoever claimed it. */
const CLAIM_MS = 2 * ANSWER_TIMEOUT_MS

/** The part of payments that goes on without a caller. */
export class PaymentRunner {
  readonly #store: Store<PaymentTables>
  readonly #ports: Ports
  readonly #channel: Channel
  readonly #report: (error: unknown) => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | undefined
  #again = false
  #stopped = true
  #unsubscribe = () => {}
  readonly #abort = new AbortController()

  constructor(
    store: Store<PaymentTables>,
    ports: Ports,
    channel: Channel,
    report: (error: unknown) => void,
  ) {
    this.#store = store
    this.#ports = ports
    this.#channel = channel
    this.#report = report
    channel.listen((notice) => this.#hear(notice))
  }

  async start(): Promise<void> {
    this.#stopped = false
    // Where no other process can be at work, whoever claimed an instruction is gone: ask now.
    if (this.#store.exclusive) {
      const now = this.#ports.clock.now()
      await this.#store.write((tx) => releaseClaims(tx, { now }))
      if (this.#stopped) return
    }
    this.#unsubscribe = this.#store.onCommit(() => this.#wake())
    this.#wake()
  }

  /** Whether nothing is due now. */
  async idle(): Promise<boolean> {
    const [open] = await unfinished(this.#store.read, {})
    return this.#running === undefined && open!.count === 0n
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#unsubscribe()
    clearTimeout(this.#timer)
    this.#abort.abort()
    await this.#running
  }

  /** Asks the bank about an instruction now. Answers false when there is none that could be asked about. */
  async queryNow(tenant: string, id: string): Promise<boolean> {
    const [row] = await instructionById(this.#store.read, { tenant, id })
    if (row === undefined || dueAction(row.state as InstructionState) !== 'query') return false
    await this.#act(row)
    return true
  }

  #wake(): void {
    if (this.#stopped) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#running = this.#drain().catch(this.#report).finally(() => {
      this.#running = undefined
      const again = this.#again
      this.#again = false
      if (again) this.#wake()
      else if (!this.#stopped) this.#timer = setTimeout(() => this.#wake(), POLL_MS)
    })
  }

  async #drain(): Promise<void> {
    while (!this.#stopped) {
      const now = this.#ports.clock.now()
      const due = await dueInstructions(this.#store.read, { now, limit: IN_FLIGHT })
      if (due.length === 0) return
      const settled = await Promise.allSettled(due.map((row) => this.#act(row)))
      for (const outcome of settled) {
        if (outcome.status === 'rejected') this.#report(outcome.reason)
      }
    }
  }

  /** One exchange with the bank about one instruction, as part of its trace, whoever woke us. */
  #act(row: InstructionRow): Promise<void> {
    return inTrace(row.traceparent ?? undefined, () => this.#exchange(row))
  }

  async #exchange(row: InstructionRow): Promise<void> {
    const action = dueAction(row.state as InstructionState)
    if (action === 'nothing') return
    const claimed = await this.#claim(row, action)
    if (claimed === undefined) return
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)])
    let answer: ChannelAnswer | undefined
    let error: string | undefined
    try {
      answer = await unlessAborted(
        action === 'send'
          ? this.#channel.send(requestOf(claimed), signal)
          : this.#channel.query(claimed.id, signal),
        signal,
      )
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown)
    }
    // Stopping is not an answer: the next process asks.
    if (answer === undefined && this.#abort.signal.aborted) return
    await this.#record(claimed, answer === undefined ? 'SILENCE' : 'ANSWER', answer, error)
  }

  /** Commits what is about to be said. Undefined when another process was faster. */
  async #claim(
    row: InstructionRow,
    action: 'send' | 'query',
  ): Promise<InstructionRow | undefined> {
    const now = this.#ports.clock.now()
    const { tenant_id: tenant, id } = row
    return await this.#store.write(async (tx) => {
      const state = action === 'send' ? 'SENDING' : row.state
      const moved = await moveInstruction(tx, {
        tenant,
        id,
        from: row.version,
        state,
        due: plusMs(now, CLAIM_MS),
        sentAt: action === 'send' ? now : row.sent_at,
        asked: row.asked,
        bankReference: row.bank_reference,
        failureCode: row.failure_code,
        failureMessage: row.failure_message,
        at: now,
      })
      if (moved.affected === 0n) return undefined
      await insertAttempt(tx, {
        tenant,
        instruction: id,
        kind: action === 'send' ? 'SEND' : 'QUERY',
        at: now,
        outcome: null,
        detail: canonicalJson({ channel: this.#channel.code }),
      })
      return {
        ...row,
        state,
        version: row.version + 1n,
        sent_at: action === 'send' ? now : row.sent_at,
      }
    }, { lane: tenant })
  }

  async #hear({ reference, answer }: Notice): Promise<void> {
    const [row] = await instructionByReference(this.#store.read, { id: reference })
    // A notice for something that is not ours is not ours to keep asking for.
    if (row === undefined) return
    await inTrace(
      row.traceparent ?? undefined,
      () => this.#record(row, 'NOTICE', answer, undefined),
    )
  }

  async #record(
    row: InstructionRow,
    kind: AnswerKind,
    answer: ChannelAnswer | undefined,
    error: string | undefined,
  ): Promise<void> {
    const now = this.#ports.clock.now()
    const eventId = this.#ports.ids.next('evt')
    const { tenant_id: tenant, id } = row
    const heard = { kind, answer, eventId, ...(error === undefined ? {} : { error }) }
    await this.#store.write(async (tx) => {
      // The bank's notice may have come first: what is heard is always taken into the latest state.
      const [latest] = await instructionById(tx, { tenant, id })
      await takeAnswer(tx, latest!, heard, now, this.#channel.inTransitMs)
    }, { lane: tenant })
  }
}

function requestOf(row: InstructionRow): TransferRequest {
  if (!isCurrency(row.currency)) throw new Error(`stored currency ${row.currency}`)
  const payee = JSON.parse(row.payee) as { name: string; account?: string }
  return {
    reference: row.id,
    direction: row.direction as Direction,
    amount: formatMoney({ minor: row.minor, currency: row.currency }),
    currency: row.currency,
    counterparty: { name: payee.name, account: payee.account ?? null },
    purpose: row.purpose,
  }
}

/** A channel that ignores its signal is left behind. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new Error('no answer in time'))
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}
