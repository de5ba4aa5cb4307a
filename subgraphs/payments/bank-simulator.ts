/**
 * A bank that is not one: the labelled default channel, for trying out and for tests.
 *
 * It keeps its own database, as a bank does, so that it remembers transfers whatever becomes of us.
 * The last four digits of the counterparty's account choose how it behaves:
 *
 * | ends in | behaviour |
 * |---|---|
 * | `0001` | fails: account closed |
 * | `0002` | makes the transfer and loses its answer; tells when asked |
 * | `0003` | answers, then sends two notices of the same |
 * | `0004` | says that it is processing; sends a notice later |
 * | `0005` | never tells the outcome |
 * | `0006` | loses the first request; knows nothing of it when asked |
 * | other | makes the transfer and answers |
 */
import { sql } from 'kysely'
import { type Migration, openMigrated } from '../kernel/migrate.ts'
import type { Ports } from '../kernel/ports.ts'
import { statement, type Store } from '../kernel/store.ts'
import type { SubgraphEnv } from '../kernel/subgraph.ts'
import type { Instant } from '../kernel/time.ts'
import type {
  Channel,
  ChannelAnswer,
  Direction,
  Notice,
  StatementLine,
  TransferRequest,
} from './channel.ts'

interface BankTables {
  transfer: {
    reference: string
    bank_reference: string
    direction: string
    amount: string
    currency: string
    state: string
    at: Instant
  }
  lost_request: { reference: string }
}

const migrations: readonly Migration[] = [{
  name: 'bank-simulator-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('transfer')
        .addColumn('reference', t.text, (c) => c.primaryKey())
        .addColumn('bank_reference', t.text, (c) => c.notNull().unique())
        .addColumn('direction', t.text, (c) => c.notNull())
        .addColumn('amount', t.text, (c) => c.notNull())
        .addColumn('currency', t.text, (c) => c.notNull())
        .addColumn('state', t.text, (c) => c.notNull().check(sql`state in ('MADE', 'FAILED')`))
        .addColumn('at', t.text, (c) => c.notNull()),
    ).execute()
    await t.table(
      db.schema.createTable('lost_request').addColumn('reference', t.text, (c) => c.primaryKey()),
    ).execute()
  },
}]

const define = <Args extends object>() => statement<BankTables, Args>()

const make = define<{
  reference: string
  bankReference: string
  direction: string
  amount: string
  currency: string
  state: string
  at: Instant
}>()((db, p) =>
  db.insertInto('transfer').values({
    reference: p.reference,
    bank_reference: p.bankReference,
    direction: p.direction,
    amount: p.amount,
    currency: p.currency,
    state: p.state,
    at: p.at,
  }).onConflict((c) => c.column('reference').doNothing())
)

const find = define<{ reference: string }>()((db, p) =>
  db.selectFrom('transfer').selectAll().where('reference', '=', p.reference).limit(1)
)

const lose = define<{ reference: string }>()((db, p) =>
  db.insertInto('lost_request').values({ reference: p.reference })
    .onConflict((c) => c.doNothing()).returning('reference')
)

const page = define<{ after: string }>()((db, p) =>
  db.selectFrom('transfer').selectAll()
    .where('reference', '>', p.after).where('state', '=', 'MADE')
    .orderBy('reference').limit(1000)
)

/** How the simulated bank treats a request. */
export type Behaviour = 'settle' | 'fail' | 'mute' | 'twice' | 'late' | 'never' | 'lose'

const BY_SUFFIX: Readonly<Record<string, Behaviour>> = {
  '0001': 'fail',
  '0002': 'mute',
  '0003': 'twice',
  '0004': 'late',
  '0005': 'never',
  '0006': 'lose',
}

/** The behaviour that an account number asks for. */
export function behaviourOf(account: string | null): Behaviour {
  return BY_SUFFIX[account?.slice(-4) ?? ''] ?? 'settle'
}

const LATE_MS = 300
const CLOSED: ChannelAnswer = {
  outcome: 'FAILED',
  code: 'ACCOUNT_CLOSED',
  message: 'The account is closed.',
}

/** Opens the simulator's own database beside ours. */
export async function openBankSimulator(
  env: Pick<SubgraphEnv, 'databaseUrl' | 'readOnly' | 'ports'>,
): Promise<Channel> {
  const store = await openMigrated<BankTables>(env, 'bank-simulator', migrations)
  return new BankSimulator(store, env.ports)
}

class BankSimulator implements Channel {
  readonly code = 'bank-simulator'
  readonly zh = '银行转账(模拟)'
  readonly en = 'Bank transfer (simulated)'
  readonly simulated = true
  // It lives in this process: what had not reached it when the process died never will.
  readonly inTransitMs = 0
  readonly #store: Store<BankTables>
  readonly #ports: Ports
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly #silent = new Set<string>()
  #closed = false
  #receive: (notice: Notice) => Promise<void> = () => Promise.resolve()

  constructor(store: Store<BankTables>, ports: Ports) {
    this.#store = store
    this.#ports = ports
  }

  listen(receive: (notice: Notice) => Promise<void>): void {
    this.#receive = receive
  }

  async send(request: TransferRequest): Promise<ChannelAnswer> {
    const behaviour = behaviourOf(request.counterparty.account)
    const { reference } = request
    switch (behaviour) {
      case 'fail':
        await this.#make(request, 'FAILED')
        return CLOSED
      case 'mute':
        await this.#make(request, 'MADE')
        throw new Error('connection reset')
      case 'twice': {
        const answer = await this.#make(request, 'MADE')
        this.#notify({ reference, answer }, 0)
        this.#notify({ reference, answer }, LATE_MS)
        return answer
      }
      case 'late': {
        const answer = await this.#make(request, 'MADE')
        this.#silent.add(reference)
        this.#notify({ reference, answer }, LATE_MS)
        return { outcome: 'PROCESSING' }
      }
      case 'never':
        this.#silent.add(reference)
        await this.#make(request, 'MADE')
        throw new Error('connection reset')
      case 'lose': {
        const first = await this.#store.write((tx) => lose(tx, { reference }))
        if (first.length === 1) throw new Error('connection reset')
        return await this.#make(request, 'MADE')
      }
      default:
        return await this.#make(request, 'MADE')
    }
  }

  async query(reference: string): Promise<ChannelAnswer> {
    if (this.#silent.has(reference)) return { outcome: 'PROCESSING' }
    const [row] = await find(this.#store.read, { reference })
    if (row === undefined) return { outcome: 'NOT_FOUND' }
    return row.state === 'FAILED'
      ? CLOSED
      : { outcome: 'SETTLED', bankReference: row.bank_reference }
  }

  async *statement(): AsyncGenerator<StatementLine> {
    let after = ''
    while (true) {
      const rows = await page(this.#store.read, { after })
      if (rows.length === 0) return
      for (const row of rows) {
        yield {
          reference: row.reference,
          bankReference: row.bank_reference,
          direction: row.direction as Direction,
          amount: row.amount,
          currency: row.currency,
          at: row.at,
        }
      }
      after = rows.at(-1)!.reference
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#store.close()
  }

  /** Makes a transfer at most once per reference and answers what became of it. */
  async #make(request: TransferRequest, state: 'MADE' | 'FAILED'): Promise<ChannelAnswer> {
    const bankReference = this.#ports.ids.next('bank')
    const at = this.#ports.clock.now()
    const { reference } = request
    const row = await this.#store.write(async (tx) => {
      await make(tx, { ...request, bankReference, state, at })
      return (await find(tx, { reference }))[0]!
    })
    return row.state === 'FAILED'
      ? CLOSED
      : { outcome: 'SETTLED', bankReference: row.bank_reference }
  }

  #notify(notice: Notice, afterMs: number): void {
    // Whoever would hear it is gone, and a timer would keep the process.
    if (this.#closed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#silent.delete(notice.reference)
      // A receiver that throws hears it again.
      this.#receive(notice).catch(() => this.#notify(notice, LATE_MS))
    }, afterMs)
    this.#timers.add(timer)
  }
}
