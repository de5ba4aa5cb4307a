/**
 * Payments with a bank whose line can be cut.
 */
import { onTestFinished } from 'vitest'
import { migrate } from '../../subgraphs/kernel/migrate.ts'
import { fixedPorts } from '../../subgraphs/kernel/ports.ts'
import { openStore, type Store } from '../../subgraphs/kernel/store.ts'
import { openBankSimulator } from '../../subgraphs/payments/bank-simulator.ts'
import type {
  Channel,
  ChannelAnswer,
  Notice,
  StatementLine,
  TransferRequest,
} from '../../subgraphs/payments/channel.ts'
import { createInstruction } from '../../subgraphs/payments/create.ts'
import type { InstructionState } from '../../subgraphs/payments/instruction-state.ts'
import { PaymentRunner } from '../../subgraphs/payments/runner.ts'
import type { AttemptRow, InstructionRow } from '../../subgraphs/payments/store.ts'
import { paymentMigrations, type PaymentTables } from '../../subgraphs/payments/tables.ts'
import type { TestEngine } from '../rig/engines.ts'
import { delivery } from './events.ts'
import { newSerial } from './ledger.ts'
import { START, type TestPorts } from './rig.ts'

/** An answer that never comes. */
export const HUNG: Promise<ChannelAnswer> = new Promise(() => {})

const TENANT = 'bank'

/** What may happen on the line to the bank instead of what should. */
export interface Fault {
  send?: (
    request: TransferRequest,
    pass: (request: TransferRequest) => Promise<ChannelAnswer>,
  ) => Promise<ChannelAnswer>
}

/** A store, a simulated bank behind a line, and a runner that was not started. */
export interface Bench {
  /** Whether no other process can be at work on the database. */
  readonly exclusive: boolean
  readonly ports: TestPorts
  readonly runner: PaymentRunner
  readonly fault: Fault
  readonly reported: unknown[]
  /** How many requests went down the line. */
  sent(): number
  /** Another runner over the same store and line; stopped when the test ends. */
  newRunner(): PaymentRunner
  /** Creates an instruction of 100.00 CNY; `again` for the order before. Answers its id. */
  create(account: string, options?: { again?: boolean; round?: string }): Promise<string>
  instruction(id: string): Promise<InstructionRow>
  attempts(id: string): Promise<AttemptRow[]>
  /** The bank's own lines for an instruction. */
  statement(id: string): Promise<StatementLine[]>
  /** What was told to other subgraphs. */
  // deno-lint-ignore no-explicit-any
  told(): Promise<{ topic: string; payload: any; traceparent: string | null }[]>
  /** The bank sends a notice. */
  notice(notice: Notice): Promise<void>
  /** Settles when the instruction is in the state; the runner's limit ends it else. */
  reaches(id: string, state: InstructionState): Promise<void>
  untilAttempts(id: string, count: number): Promise<void>
  untilStatement(id: string, count: number): Promise<void>
}

const POLL_MS = 10

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
}

/** A bench on a database; everything is stopped when the test ends. */
export async function openBench(url: string, seed = 1): Promise<Bench> {
  const store = await openStore<PaymentTables>(url, 'payments')
  await migrate(store as unknown as Store<unknown>, paymentMigrations)
  const ports = fixedPorts(START, seed)
  const bank = await openBankSimulator({ databaseUrl: url, ports })
  const reported: unknown[] = []
  const fault: Fault = {}
  let sent = 0
  let receive: (notice: Notice) => Promise<void> = () => Promise.resolve()
  const line: Channel = {
    code: bank.code,
    zh: bank.zh,
    en: bank.en,
    simulated: true,
    inTransitMs: 30_000,
    send(request, signal) {
      sent += 1
      const pass = (r: TransferRequest) => bank.send(r, signal)
      return fault.send === undefined ? pass(request) : fault.send(request, pass)
    },
    query: (reference, signal) => bank.query(reference, signal),
    listen(listener) {
      receive = listener
      bank.listen(listener)
    },
    statement: () => bank.statement(),
    close: () => bank.close(),
  }
  const runners: PaymentRunner[] = []
  const newRunner = () => {
    const runner = new PaymentRunner(store, ports, line, (error) => void reported.push(error))
    runners.push(runner)
    return runner
  }
  onTestFinished(async () => {
    await Promise.all(runners.map((runner) => runner.stop()))
    await bank.close()
    await store.close()
  })
  const instruction = (id: string) =>
    store.read.selectFrom('instruction').selectAll().where('id', '=', id)
      .executeTakeFirstOrThrow()
  const attempts = (id: string) =>
    store.read.selectFrom('attempt').selectAll().where('instruction_id', '=', id).orderBy('seq')
      .execute()
  const statement = async (id: string) => {
    const lines: StatementLine[] = []
    for await (const one of bank.statement()) if (one.reference === id) lines.push(one)
    return lines
  }
  let serial = newSerial()
  return {
    exclusive: store.exclusive,
    ports,
    runner: newRunner(),
    fault,
    reported,
    sent: () => sent,
    newRunner,
    async create(account, { again = false, round = '1' } = {}) {
      if (!again) serial = newSerial()
      const at = ports.clock.now()
      const payload = {
        serial,
        round,
        maker: 'maker',
        institution: '1001',
        direction: 'PAY',
        amount: '100.00',
        currency: 'CNY',
        payee: { name: '华东印刷', account },
        purpose: 'p',
        accounting: { type: 'supplier-payment.settled', serial, valueOn: '2026-11-20' },
      }
      const event = { tenant: TENANT, source: 'orders', topic: 'order.payable', key: serial }
      const made = { id: ports.ids.next('pay'), channel: line.code, at }
      await store.write((tx) => createInstruction(tx, delivery(event, payload), made), {
        lane: TENANT,
      })
      const row = await store.read.selectFrom('instruction').select('id')
        .where('serial', '=', serial).where('round', '=', BigInt(round))
        .executeTakeFirstOrThrow()
      return row.id
    },
    instruction,
    attempts,
    statement,
    async told() {
      const rows = await store.read.selectFrom('outbox').selectAll().orderBy('id').execute()
      return rows.map(({ topic, payload, traceparent }) => ({
        topic,
        payload: JSON.parse(payload),
        traceparent,
      }))
    },
    notice: (notice) => receive(notice),
    reaches: (id, state) => until(async () => (await instruction(id)).state === state),
    untilAttempts: (id, count) => until(async () => (await attempts(id)).length >= count),
    untilStatement: (id, count) => until(async () => (await statement(id)).length >= count),
  }
}

/** A maker of benches, each on a database of its own. */
export function benches(engine: TestEngine): () => Promise<Bench> {
  return async () => await openBench(await engine.freshUrl())
}
