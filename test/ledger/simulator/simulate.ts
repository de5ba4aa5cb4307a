/**
 * One seed: a bank's day of commands, neighbours, crashes and repeats, beside a plain model.
 *
 * The model says what each command must come to; after every step the books are compared with it and
 * with themselves. Whatever differs is thrown with the step, and the same seed throws it again.
 */
import { sql } from 'kysely'
import { fixedPorts } from '../../../subgraphs/kernel/ports.ts'
import { bodyHashOf } from '../../../subgraphs/kernel/once.ts'
import type { Result } from '../../../subgraphs/kernel/result.ts'
import type { Store } from '../../../subgraphs/kernel/store.ts'
import { dateOf } from '../../../subgraphs/kernel/time.ts'
import { AccountCache } from '../../../subgraphs/ledger/account-cache.ts'
import { AccountCommands } from '../../../subgraphs/ledger/account-commands.ts'
import type { Draft } from '../../../subgraphs/ledger/book.ts'
import { CHART } from '../../../subgraphs/ledger/chart.ts'
import { CommandDesk } from '../../../subgraphs/ledger/command-desk.ts'
import { LedgerCommands } from '../../../subgraphs/ledger/commands.ts'
import { inThread } from '../../../subgraphs/ledger/posting-engine.ts'
import { PostingQueue } from '../../../subgraphs/ledger/posting-queue.ts'
import type { Leg } from '../../../subgraphs/ledger/posting-rule.ts'
import { addInstitution, addSubject } from '../../../subgraphs/ledger/store/chart.ts'
import type { LedgerTables } from '../../../subgraphs/ledger/tables.ts'
import { verifyBooks } from '../../../subgraphs/ledger/verify.ts'
import { actor } from '../../support/actors.ts'
import { START } from '../../support/rig.ts'
import { type Fault, type FaultyStore, faultyStore, isDeath } from './faulty-store.ts'
import { Model, type ModelLeg, type Outcome } from './model.ts'
import { type Chance, chance } from './random.ts'

const STEPS = 10
const CURRENCIES = ['CNY', 'USD'] as const
const PLACES = ['1001/1001', '1001/4001', '1001/2011']

/** A command as the script has it: what it does to the ledger and what to the model. */
interface Command {
  readonly say: string
  /** Idempotency key of a posting. */
  readonly key?: string
  real(): Promise<Outcome>
  model(): Outcome
}

/** What a seed did, for those who count. */
export interface Simulated {
  readonly commands: number
  readonly posted: number
  readonly crashes: number
}

/** Runs a seed to its end. @throws Error naming the seed and step at which something differed */
export async function simulate(real: Store<LedgerTables>, seed: number): Promise<Simulated> {
  const simulation = new Simulation(real, seed)
  try {
    await simulation.begin()
    for (let step = 0; step < STEPS; step++) await simulation.step()
    await simulation.checkWhole()
  } catch (error) {
    const told = simulation.log.slice(-30).join('\n  ')
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}\n  ${told}`, {
      cause: error,
    })
  }
  return simulation
}

class Simulation implements Simulated {
  readonly log: string[] = []
  commands = 0
  posted = 0
  crashes = 0
  readonly #chance: Chance
  readonly #store: FaultyStore<LedgerTables>
  readonly #tenant: string
  readonly #ports
  readonly #model: Model
  readonly #customers: { id: string; currency: string }[] = []
  readonly #vouchers = new Map<string, string>()
  readonly #holds = new Map<string, string>()
  #queue!: PostingQueue
  #accounts!: AccountCommands
  #ledger!: LedgerCommands
  #serial = 0

  constructor(store: Store<LedgerTables>, seed: number) {
    this.#chance = chance(seed)
    this.#store = faultyStore(store)
    this.#tenant = `sim-${seed}`
    this.#ports = fixedPorts(START, seed + 1)
    this.#model = new Model(Date.parse(START))
    this.#start()
  }

  /** As a new process: nothing in memory is what it was. */
  #start(): void {
    this.#store.revive()
    const cache = new AccountCache(this.#store)
    this.#queue = new PostingQueue(inThread(this.#store, cache))
    const works = { store: this.#store, cache, queue: this.#queue }
    const desk = new CommandDesk(works, this.#ports, actor(this.#tenant, 'accountant'))
    this.#accounts = new AccountCommands(desk)
    this.#ledger = new LedgerCommands(desk)
  }

  async begin(): Promise<void> {
    const tenant = this.#tenant
    await this.#store.write(async (tx) => {
      await addInstitution(tx, { tenant, code: '1001', zh: '总行', en: 'Head office' })
      for (const subject of CHART.filter((s) => ['1001', '2011', '4001'].includes(s.code))) {
        await addSubject(tx, tenant, subject)
      }
    }, { lane: tenant })
    for (let i = 0; i < 4; i++) {
      const currency = i < 2 ? 'CNY' : 'USD'
      const min = this.#chance.pick([null, 0n, 0n, -5000n])
      const max = this.#chance.pick([null, null, 30_000n])
      const opened = await this.#accounts.openAccount({
        idempotencyKey: this.#key(),
        institution: '1001',
        subject: '2011',
        currency,
        customer: `cus_${i}`,
        min: decimal(min),
        max: decimal(max),
      })
      if (!opened.ok) throw new Error(opened.code)
      this.#customers.push({ id: opened.value, currency })
      this.#model.openAccount(opened.value, currency, min, max)
    }
  }

  async step(): Promise<void> {
    this.#advance()
    const single = this.#chance.oneIn(3)
    const commands = single
      ? [this.#single()]
      : Array.from({ length: 1 + this.#chance.below(8) }, () => this.#posting())
    // A key that comes twice divides a group, and a crash takes only the first part.
    const whole = new Set(commands.map(({ key }) => key)).size === commands.length
    const faults: Fault[] = whole ? ['before', 'after'] : ['before']
    // Alone, a command meets the engine's failure itself; together, they are run again one by one.
    if (whole && commands.length > 1) faults.push('once')
    const fault = this.#chance.oneIn(5) ? this.#chance.pick(faults) : undefined
    this.log.push(`-- ${this.#ports.clock.now()} ${fault ?? ''}`)
    if (fault === undefined || fault === 'once') {
      if (fault === 'once') this.#store.arm('once')
      await this.#compare(commands)
    } else {
      await this.#crash(commands, fault)
    }
    await this.#check()
  }

  #advance(): void {
    const ms = this.#chance.pick([1, 1000, 30_000, 6 * 3_600_000, 40 * 24 * 3_600_000])
    this.#ports.advance(ms)
    this.#model.nowMs += ms
  }

  /** All at once; the model does them one after another in the same order. */
  async #compare(commands: readonly Command[]): Promise<void> {
    const outcomes = await Promise.all(commands.map((command) => command.real()))
    for (const [i, command] of commands.entries()) this.#same(command, outcomes[i]!)
  }

  #same(command: Command, real: Outcome): void {
    const expected = command.model()
    this.commands += 1
    if (real === 'done') this.posted += 1
    this.log.push(`${command.say} → ${real}`)
    if (real !== expected) throw new Error(`${command.say}: ${real}, the model says ${expected}`)
  }

  /** The process dies; a new one is given the same commands with the same keys. */
  async #crash(commands: readonly Command[], fault: 'before' | 'after'): Promise<void> {
    this.#store.arm(fault)
    const answers = await Promise.allSettled(commands.map((command) => command.real()))
    // What was refused before the store was asked has its answer; everything else died.
    const died = commands.filter((_, i) => {
      const answer = answers[i]!
      if (answer.status === 'rejected' && !isDeath(answer.reason)) throw answer.reason
      return answer.status === 'rejected'
    })
    this.crashes += 1
    this.#start()
    // Commands that went through before the death: refused ones changed nothing.
    if (fault === 'after') { for (const command of died) command.model() }
    for (const [i, command] of commands.entries()) {
      const answer = answers[i]!
      if (answer.status === 'fulfilled') this.#same(command, answer.value)
    }
    await this.#compare(died)
  }

  #posting(): Command {
    const repeat = this.#chance.oneIn(12) ? this.#chance.pick([...this.#bodies.keys()]) : undefined
    const key = repeat ?? this.#key()
    const legs = repeat !== undefined && this.#chance.oneIn(2)
      ? this.#bodies.get(repeat)!
      : this.#legs()
    this.#bodies.set(key, this.#bodies.get(key) ?? legs)
    const body = JSON.stringify(legs, (_, v) => typeof v === 'bigint' ? `${v}` : v)
    const id = this.#ports.ids.next('vch')
    const at = this.#ports.clock.now()
    const draft: Draft = {
      head: {
        tenant: this.#tenant,
        id,
        kind: 'MANUAL',
        serial: null,
        eventId: null,
        eventType: null,
        eventHash: null,
        ruleVersion: null,
        reverses: null,
        bookingOn: dateOf(at),
        valueOn: this.#chance.pick([dateOf(at), dateOf(at), '2026-11-01']),
        recordedAt: at,
        postedBy: 'sim',
        summary: 's',
      },
      legs: legs.map(realLeg),
      announceId: this.#ports.ids.next('evt'),
    }
    return {
      say: `post ${key} ${body}`,
      key,
      real: async () => {
        const done = await this.#queue.post({ key, bodyHash: bodyHashOf(body), draft })
        if (done.ok) this.#vouchers.set(key, done.value.id)
        return outcomeOf(done)
      },
      model: () => this.#model.post(key, body, legs),
    }
  }

  readonly #bodies = new Map<string, ModelLeg[]>([['none', []]])

  #legs(): ModelLeg[] {
    const c = this.#chance
    const currency = c.pick(CURRENCIES)
    const own = this.#customers.filter((a) => a.currency === currency).map((a) => a.id)
    const at = () =>
      c.oneIn(40)
        ? c.pick(['acc_none', '1001/9999', '9/1001'])
        : c.oneIn(2)
        ? c.pick(own)
        : c.pick(PLACES)
    const legs: ModelLeg[] = []
    for (let pairs = 1 + c.below(2); pairs > 0; pairs--) {
      const minor = c.oneIn(40)
        ? c.pick([0n, -5n, 9_000_000_000_000_001n])
        : BigInt(1 + c.below(9000))
      legs.push({ at: at(), currency, side: 'DEBIT', minor })
      const other = c.oneIn(50) ? 'EUR' : currency
      legs.push({
        at: at(),
        currency: other,
        side: 'CREDIT',
        minor: c.oneIn(40) ? minor + 1n : minor,
      })
    }
    return c.oneIn(60) ? legs.slice(1, 2) : legs
  }

  /** Commands that are a unit of their own. */
  #single(): Command {
    const c = this.#chance
    const account = c.pick(this.#customers).id
    const hold = this.#model.holds.size > 0 ? c.pick([...this.#model.holds.keys()]) : undefined
    switch (c.below(hold === undefined ? 4 : 7)) {
      case 0:
        return this.#placing(account)
      case 1: {
        const to = c.pick(['OPEN', 'STOPPED', 'FROZEN', 'OPEN', 'OPEN', 'CLOSED'] as const)
        return {
          say: `status ${account} ${to}`,
          real: async () =>
            outcomeOf(await this.#accounts.setStatus({ account, status: to, reason: 'r' })),
          model: () => this.#model.status(account, to),
        }
      }
      case 2: {
        const [min, max] = [c.pick([null, 0n, -9000n, 500n]), c.pick([null, 20_000n, 100n])]
        return {
          say: `limits ${account} ${min} ${max}`,
          real: async () =>
            outcomeOf(
              await this.#accounts.setLimits({
                account,
                min: decimal(min),
                max: decimal(max),
                reason: 'r',
              }),
            ),
          model: () => this.#model.limits(account, min, max),
        }
      }
      case 3: {
        const { period } = this.#model
        const close = !this.#model.closed.has(period) && c.oneIn(3)
        return {
          say: `${close ? 'close' : 'reopen'} ${period}`,
          real: async () =>
            outcomeOf(
              close
                ? await this.#ledger.closePeriod(period)
                : await this.#ledger.reopenPeriod(period),
            ),
          model: () => {
            if (close) this.#model.closed.add(period)
            else this.#model.closed.delete(period)
            return 'done'
          },
        }
      }
      case 4:
        return this.#capturing(hold!)
      case 5:
        return this.#voiding(hold!)
      default:
        return this.#reversing()
    }
  }

  #placing(account: string): Command {
    const minor = BigInt(1 + this.#chance.below(8000))
    const until = this.#model.nowMs + this.#chance.pick([2000, 3_600_000, 1e11])
    const key = this.#key()
    const { currency } = this.#model.accounts.get(account)!
    return {
      say: `hold ${key} ${account} ${minor}`,
      real: async () => {
        const done = await this.#accounts.placeHold({
          idempotencyKey: key,
          account,
          amount: { amount: decimal(minor)!, currency },
          reference: 'r',
          expiresAt: new Date(until).toISOString(),
        })
        if (done.ok) this.#holds.set(key, done.value)
        return outcomeOf(done)
      },
      model: () =>
        this.#model.holds.has(key) ? 'done' : this.#model.hold(key, account, minor, until),
    }
  }

  #capturing(hold: string): Command {
    const { account, minor: whole } = this.#model.holds.get(hold)!
    const minor = 1n + BigInt(this.#chance.below(Number(whole) + 2))
    const final = this.#chance.oneIn(3)
    const key = this.#key()
    const { currency } = this.#model.accounts.get(account)!
    const body = `capture ${hold} ${minor} ${final}`
    return {
      say: `${body} ${key}`,
      real: async () =>
        outcomeOf(
          await this.#accounts.captureHold({
            idempotencyKey: key,
            hold: this.#holds.get(hold)!,
            amount: { amount: decimal(minor)!, currency },
            to: { institution: '1001', subject: '1001' },
            summary: 's',
            final,
          }),
        ),
      model: () => this.#model.capture(key, body, hold, minor, final),
    }
  }

  #voiding(hold: string): Command {
    return {
      say: `void ${hold}`,
      real: async () => outcomeOf(await this.#accounts.voidHold({ hold: this.#holds.get(hold)! })),
      model: () => this.#model.void(hold),
    }
  }

  #reversing(): Command {
    const of = this.#chance.pick([...this.#vouchers.keys(), 'none'])
    const red = this.#chance.oneIn(2)
    const key = this.#key()
    return {
      say: `reverse ${key} of ${of}`,
      real: async () => {
        const done = await this.#ledger.reverseVoucher({
          idempotencyKey: key,
          voucher: this.#vouchers.get(of) ?? 'vch_none',
          reason: 'r',
          red,
        })
        if (done.ok) this.#vouchers.set(key, done.value)
        return outcomeOf(done)
      },
      model: () => this.#model.reverse(key, of, red),
    }
  }

  #key(): string {
    return `key-${(++this.#serial).toString().padStart(5, '0')}`
  }

  /** Invariants that must hold after every step. */
  async #check(): Promise<void> {
    const tenant = this.#tenant
    const rows = await this.#store.read.selectFrom('account').selectAll()
      .where('tenant_id', '=', tenant).execute()
    const real = new Map(rows.map((row) => [
      row.number === '' ? `${row.institution}/${row.subject}/${row.currency}` : row.id,
      row,
    ]))
    for (const [name, account] of this.#model.accounts) {
      const row = real.get(name)
      if (row?.balance !== account.balance) {
        throw new Error(`balance of ${name}: ${row?.balance}, the model says ${account.balance}`)
      }
      // Expired holds may not have been swept yet; none may be missing.
      if (row.held < this.#model.held(name)) throw new Error(`held of ${name}: ${row.held}`)
    }
    if (real.size !== this.#model.accounts.size) throw new Error('an account too many')
    const sums = new Map<string, bigint>()
    for (const row of rows) sums.set(row.currency, (sums.get(row.currency) ?? 0n) + row.balance)
    if ([...sums.values()].some((sum) => sum !== 0n)) throw new Error('the books do not balance')
    const [general] = (await sql<{ off: bigint; vouchers: bigint }>`
      select
        (select cast(coalesce(sum(debit - credit), 0) as bigint) from general_day
          where tenant_id = ${tenant} and subject = '2011')
        - (select cast(coalesce(sum(balance), 0) as bigint) from account
          where tenant_id = ${tenant} and subject = '2011') as off,
        (select count(*) from voucher where tenant_id = ${tenant}) as vouchers`
      .execute(this.#store.read)).rows
    if (general!.off !== 0n) throw new Error(`general ledger is off by ${general!.off}`)
    if (general!.vouchers !== BigInt(this.#model.vouchers.size)) {
      throw new Error(`${general!.vouchers} vouchers, the model has ${this.#model.vouchers.size}`)
    }
  }

  async checkWhole(): Promise<void> {
    const findings = await verifyBooks(this.#store, this.#tenant)
    if (findings.length > 0) throw new Error(findings.map((f) => `${f.code} ${f.message}`).join())
  }
}

function outcomeOf(result: Result<unknown>): Outcome {
  return result.ok ? 'done' : result.code
}

function realLeg(leg: ModelLeg): Leg {
  const [institution = '', subject = ''] = leg.at.includes('/') ? leg.at.split('/') : []
  const base = { currency: leg.currency as Leg['currency'], side: leg.side, minor: leg.minor }
  return leg.at.includes('/')
    ? { ...base, institution, subject }
    : { ...base, account: leg.at, institution: '', subject: '' }
}

function decimal(minor: bigint): string
function decimal(minor: bigint | null): string | null
function decimal(minor: bigint | null): string | null {
  if (minor === null) return null
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0')
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
