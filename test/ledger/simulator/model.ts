/**
 * The ledger as a few maps: what the real one must agree with, written without looking at how that
 * one does it. No batches, no cache, no database: one command after another.
 */

export interface ModelLeg {
  /** A customer's account, or the place `institution/subject`. */
  readonly at: string
  readonly currency: string
  readonly side: 'DEBIT' | 'CREDIT'
  readonly minor: bigint
}

interface ModelAccount {
  /** +1 when debits raise the usual balance, -1 when credits do. */
  readonly usual: bigint
  readonly currency: string
  readonly customer: boolean
  balance: bigint
  min: bigint | null
  max: bigint | null
  status: 'OPEN' | 'STOPPED' | 'FROZEN' | 'CLOSED'
}

interface ModelHold {
  readonly account: string
  minor: bigint
  taken: bigint
  readonly until: number
  open: boolean
}

interface ModelVoucher {
  readonly legs: readonly ModelLeg[]
  readonly reversal: boolean
  reversed: boolean
}

/** What a command comes to: posted or done, or the code of its refusal. */
export type Outcome = 'done' | string

const SUBJECTS: Readonly<Record<string, bigint>> = { '1001': 1n, '2011': -1n, '4001': -1n }
const BALANCE_MAX = 4_500_000_000_000_000_000n
const AMOUNT_MAX = 9_000_000_000_000_000n

export class Model {
  readonly accounts = new Map<string, ModelAccount>()
  readonly holds = new Map<string, ModelHold>()
  readonly vouchers = new Map<string, ModelVoucher>()
  readonly closed = new Set<string>()
  readonly keys = new Map<string, string>()
  nowMs: number

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  openAccount(id: string, currency: string, min: bigint | null, max: bigint | null): void {
    const account = { usual: -1n, currency, customer: true, balance: 0n, min, max }
    this.accounts.set(id, { ...account, status: 'OPEN' })
  }

  held(account: string): bigint {
    let sum = 0n
    for (const hold of this.holds.values()) {
      if (hold.account === account && this.#reserves(hold)) sum += hold.minor - hold.taken
    }
    return sum
  }

  /** The month of today in the bank's zone, eight hours ahead. */
  get period(): string {
    return new Date(this.nowMs + 8 * 3_600_000).toISOString().slice(0, 7)
  }

  post(key: string, body: string, legs: readonly ModelLeg[], freed?: [string, bigint]): Outcome {
    const before = this.keys.get(key)
    if (before !== undefined) return before === body ? 'done' : 'IDEMPOTENCY_CONFLICT'
    const code = this.#check(legs, false, freed)
    if (code !== undefined) return code
    this.#apply(legs)
    this.keys.set(key, body)
    this.vouchers.set(key, { legs, reversal: false, reversed: false })
    return 'done'
  }

  reverse(key: string, of: string, red: boolean): Outcome {
    if (this.keys.has(key)) {
      return this.keys.get(key) === `reverse ${of}` ? 'done' : 'IDEMPOTENCY_CONFLICT'
    }
    const voucher = this.vouchers.get(of)
    if (voucher === undefined) return 'VOUCHER_UNKNOWN'
    if (voucher.reversal) return 'REVERSAL_OF_REVERSAL'
    if (voucher.reversed) return 'ALREADY_REVERSED'
    const legs = voucher.legs.map((leg): ModelLeg =>
      red
        ? { ...leg, minor: -leg.minor }
        : { ...leg, side: leg.side === 'DEBIT' ? 'CREDIT' : 'DEBIT' }
    )
    const code = this.#check(legs, red)
    if (code !== undefined) return code
    this.#apply(legs)
    voucher.reversed = true
    this.keys.set(key, `reverse ${of}`)
    this.vouchers.set(key, { legs, reversal: true, reversed: false })
    return 'done'
  }

  hold(id: string, account: string, minor: bigint, until: number): Outcome {
    const a = this.accounts.get(account)!
    if (a.status === 'CLOSED') return 'ACCOUNT_CLOSED'
    if (a.status === 'FROZEN') return 'ACCOUNT_FROZEN'
    if (a.status === 'STOPPED') return 'ACCOUNT_STOPPED'
    const free = a.usual * a.balance - this.held(account) - (a.min ?? 0n)
    if (minor > free) return 'INSUFFICIENT_FUNDS'
    this.holds.set(id, { account, minor, taken: 0n, until, open: true })
    return 'done'
  }

  capture(key: string, body: string, id: string, minor: bigint, final: boolean): Outcome {
    if (this.keys.has(key)) return this.keys.get(key) === body ? 'done' : 'IDEMPOTENCY_CONFLICT'
    const hold = this.holds.get(id)!
    const code = this.#openHold(hold)
    if (code !== undefined) return code
    const left = hold.minor - hold.taken
    if (minor > left) return 'CAPTURE_TOO_LARGE'
    const { currency } = this.accounts.get(hold.account)!
    const legs: ModelLeg[] = [
      { at: hold.account, currency, side: 'DEBIT', minor },
      { at: '1001/1001', currency, side: 'CREDIT', minor },
    ]
    const done = this.post(key, body, legs, [hold.account, final ? left : minor])
    if (done !== 'done') return done
    hold.taken += minor
    if (final || minor === left) hold.open = false
    return 'done'
  }

  void(id: string): Outcome {
    const hold = this.holds.get(id)!
    const code = this.#openHold(hold)
    if (code !== undefined) return code
    hold.open = false
    return 'done'
  }

  status(account: string, to: ModelAccount['status']): Outcome {
    const a = this.accounts.get(account)!
    if (a.status === 'CLOSED' || a.status === to) return 'ACCOUNT_STATUS'
    if (to === 'CLOSED' && (a.balance !== 0n || this.heldStill(account) !== 0n)) {
      return 'ACCOUNT_NOT_EMPTY'
    }
    a.status = to
    return 'done'
  }

  /** What holds reserve that nobody has ended, expired ones included: what the column says. */
  heldStill(account: string): bigint {
    return this.held(account)
  }

  limits(account: string, min: bigint | null, max: bigint | null): Outcome {
    if (min !== null && max !== null && min > max) return 'LIMITS_CROSSED'
    Object.assign(this.accounts.get(account)!, { min, max })
    return 'done'
  }

  #reserves(hold: ModelHold): boolean {
    return hold.open && this.nowMs < hold.until
  }

  #openHold(hold: ModelHold): Outcome | undefined {
    if (hold.open) return this.nowMs < hold.until ? undefined : 'HOLD_EXPIRED'
    return 'HOLD_NOT_OPEN'
  }

  #check(legs: readonly ModelLeg[], red: boolean, freed?: [string, bigint]): Outcome | undefined {
    if (this.closed.has(this.period)) return 'PERIOD_CLOSED'
    for (const leg of legs) {
      if (leg.at.includes('/')) continue
      const account = this.accounts.get(leg.at)
      if (account === undefined) return 'ACCOUNT_UNKNOWN'
      if (account.currency !== leg.currency) return 'CURRENCY_MISMATCH'
    }
    if (legs.length < 2) return 'LEGS_MISSING'
    const sums = new Map<string, bigint>()
    for (const leg of legs) {
      const size = red ? -leg.minor : leg.minor
      if (size <= 0n) return 'LEG_NOT_POSITIVE'
      if (size > AMOUNT_MAX) return 'AMOUNT_TOO_LARGE'
      const institution = leg.at.includes('/') ? leg.at.split('/')[0]! : '1001'
      const place = `${institution} ${leg.currency}`
      sums.set(place, (sums.get(place) ?? 0n) + signed(leg))
    }
    if ([...sums.values()].some((sum) => sum !== 0n)) return 'VOUCHER_UNBALANCED'
    const far = new Map<string, bigint>()
    for (const leg of legs) {
      const known = this.#known(leg)
      if (known === undefined) return 'ACCOUNT_UNKNOWN'
      if (known.status === 'CLOSED') return 'ACCOUNT_CLOSED'
      if (known.status === 'FROZEN') return 'ACCOUNT_FROZEN'
      const name = nameOf(leg)
      const size = (n: bigint) => n < 0n ? -n : n
      far.set(name, (far.get(name) ?? size(known.balance)) + size(leg.minor))
      if (far.get(name)! > BALANCE_MAX) return 'BALANCE_OVERFLOW'
    }
    // In the order in which accounts first appear.
    for (const name of new Set(legs.map(nameOf))) {
      const account = this.accounts.get(name)
      if (account === undefined) continue
      const moved = legs.filter((leg) => nameOf(leg) === name).reduce(
        (s, leg) => s + signed(leg),
        0n,
      )
      const [from, to] = [
        account.usual * account.balance,
        account.usual * (account.balance + moved),
      ]
      if (to < from && account.status === 'STOPPED') return 'ACCOUNT_STOPPED'
      const held = this.held(name)
      const free = freed?.[0] === name ? freed[1] : 0n
      const short = account.min !== null && to - held + free < account.min
      if (short && to + free < from) return 'INSUFFICIENT_FUNDS'
      if (account.max !== null && to > account.max && to > from) return 'BALANCE_ABOVE_LIMIT'
    }
    return undefined
  }

  #known(leg: ModelLeg): Pick<ModelAccount, 'status' | 'balance'> | undefined {
    const account = this.accounts.get(nameOf(leg))
    if (account !== undefined) return account
    const [institution, subject] = leg.at.split('/') as [string, string]
    return institution === '1001' && Object.hasOwn(SUBJECTS, subject)
      ? { status: 'OPEN', balance: 0n }
      : undefined
  }

  #apply(legs: readonly ModelLeg[]): void {
    for (const leg of legs) {
      const name = nameOf(leg)
      let account = this.accounts.get(name)
      if (account === undefined) {
        const usual = SUBJECTS[leg.at.split('/')[1]!]!
        account = {
          usual,
          currency: leg.currency,
          customer: false,
          balance: 0n,
          min: null,
          max: null,
          status: 'OPEN',
        }
        this.accounts.set(name, account)
      }
      account.balance += signed(leg)
    }
  }
}

/** The name of the account that a leg moves. */
export function nameOf(leg: Pick<ModelLeg, 'at' | 'currency'>): string {
  return leg.at.includes('/') ? `${leg.at}/${leg.currency}` : leg.at
}

function signed(leg: ModelLeg): bigint {
  return leg.side === 'DEBIT' ? leg.minor : -leg.minor
}
