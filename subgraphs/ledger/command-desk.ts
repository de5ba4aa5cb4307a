/**
 * What all commands of one actor are done with: the actor's tenant, one unit of work each, once per
 * idempotency key.
 */
import type { Actor } from '../kernel/actor.ts'
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import { checkIdempotencyKey, type CommandTextCode, runCommand } from '../kernel/command.ts'
import { bodyHashOf, once, type OnceCode } from '../kernel/once.ts'
import type { Ports } from '../kernel/ports.ts'
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import type { Store } from '../kernel/store.ts'
import { dateOf, type Instant, type LocalDate } from '../kernel/time.ts'
import type { AccountCache } from './account-cache.ts'
import { book, type BookCode, type Draft } from './book.ts'
import { postingIds } from './post-event.ts'
import type { PostingQueue } from './posting-queue.ts'
import type { Leg } from './posting-rule.ts'
import type { LedgerTx, VoucherRow } from './store/handle.ts'
import type { LedgerTables } from './tables.ts'
import type { VoucherKind } from './voucher.ts'

/** What the commands of all actors share. */
export interface LedgerWorks {
  readonly store: Store<LedgerTables>
  readonly cache: AccountCache
  readonly queue: PostingQueue
}

/** What a command says of the voucher that it makes. */
export interface DraftHead {
  readonly kind: VoucherKind
  readonly serial: string | null
  readonly summary: string
  /** The booking date when absent. */
  readonly valueOn: LocalDate | undefined
  readonly reverses: string | null
  readonly hold?: string
  readonly channel?: string
}

/** Legs, and how they are booked besides. */
export interface DraftLegs extends Pick<Draft, 'red' | 'freed' | 'reversedKind'> {
  readonly legs: readonly Leg[]
  /** What else changes once the voucher is booked; not called when it is refused. */
  readonly whenBooked?: (tx: LedgerTx) => Promise<void>
}

type Keyed = { readonly idempotencyKey: string } & object

/** What commands are done with, for one actor. */
export class CommandDesk {
  readonly store: Store<LedgerTables>
  readonly cache: AccountCache
  readonly queue: PostingQueue
  readonly ports: Ports
  readonly actor: Actor

  constructor(works: LedgerWorks, ports: Ports, actor: Actor) {
    this.store = works.store
    this.cache = works.cache
    this.queue = works.queue
    this.ports = ports
    this.actor = actor
  }

  get tenant(): string {
    return this.actor.tenant
  }

  now(): Instant {
    return this.ports.clock.now()
  }

  /** Runs a unit in the tenant's lane. */
  write<R>(unit: (tx: LedgerTx) => Promise<R>): Promise<R | Refusal<'TEXT_MALFORMED'>> {
    return runCommand(this.store, this.tenant, unit)
  }

  /** Does a command once per key. @param kind keeps the keys of different commands apart */
  async once<Code extends string>(
    kind: string,
    input: Keyed,
    command: (tx: LedgerTx) => Promise<Result<string, Code>>,
  ): Promise<Result<string, Code | OnceCode | CommandTextCode>> {
    const badKey = checkIdempotencyKey(input.idempotencyKey)
    if (badKey !== undefined) return badKey
    const at = this.now()
    const { key } = this.#keyOf(kind, input)
    const body = input as unknown as CanonicalValue
    const { tenant } = this
    return await this.write(async (tx) => {
      const done = await once<LedgerTables, Code>(
        tx,
        { tenant, key, body, at },
        () => command(tx),
      )
      return done.ok ? ok(done.value.result) : done
    })
  }

  /**
   * Books a voucher once per key, from legs that the unit itself finds. Answers its id.
   *
   * @param command keeps the keys of commands apart whose vouchers are of one kind
   */
  async bookOnce<Code extends string>(
    input: Keyed,
    head: DraftHead,
    makeLegs: (tx: LedgerTx, voucher: string) => Promise<Result<DraftLegs, Code>>,
    command: string = head.kind,
  ): Promise<Result<string, Code | BookCode | OnceCode | CommandTextCode>> {
    const draft = this.draft([], head)
    return await this.once<Code | BookCode>(command, input, async (tx) => {
      const legs = await makeLegs(tx, draft.head.id)
      if (!legs.ok) return legs
      const { whenBooked, ...made } = legs.value
      const booked = await this.book(tx, { ...draft, ...made })
      if (!booked.ok) return booked
      await whenBooked?.(tx)
      return ok(booked.value.id)
    })
  }

  /** Books a voucher of known legs once per key, together with those of others. Answers it. */
  async postOnce(
    input: Keyed,
    head: DraftHead,
    legs: readonly Leg[],
  ): Promise<Result<VoucherRow, BookCode | OnceCode | CommandTextCode>> {
    const badKey = checkIdempotencyKey(input.idempotencyKey)
    if (badKey !== undefined) return badKey
    return await this.queue.post({
      ...this.#keyOf(head.kind, input),
      draft: this.draft(legs, head),
    })
  }

  /** A key is of one command of one actor: neither a command nor a key has a space in it. */
  #keyOf(kind: string, input: Keyed): { key: string; bodyHash: string } {
    return {
      key: `${kind} ${this.actor.subject} ${input.idempotencyKey}`,
      bodyHash: bodyHashOf(input as unknown as CanonicalValue),
    }
  }

  /** Books a draft in a unit of the caller's own. */
  book(tx: LedgerTx, draft: Draft): Promise<Result<VoucherRow, BookCode>> {
    return book(tx, this.cache, draft)
  }

  /** A draft by this actor, now. */
  draft(legs: readonly Leg[], head: DraftHead): Draft {
    const ids = postingIds(this.ports)
    const bookingOn = dateOf(ids.at)
    return {
      head: {
        tenant: this.tenant,
        id: ids.voucher,
        ...head,
        eventId: null,
        eventType: null,
        eventHash: null,
        ruleVersion: null,
        bookingOn,
        valueOn: head.valueOn ?? bookingOn,
        recordedAt: ids.at,
        postedBy: this.actor.subject,
      },
      legs,
      announceId: ids.announce,
    }
  }
}

/** Whether every engine stores each text of an input as given. */
export function isText(input: unknown): boolean {
  if (typeof input === 'string') return input.isWellFormed() && !input.includes('\0')
  return typeof input !== 'object' || input === null || Object.values(input).every(isText)
}

/** The refusal of a command that does not say why. */
export function checkReason(reason: string): Refusal<'REASON_MISSING'> | undefined {
  return reason.trim() === ''
    ? refuse('REASON_MISSING', 'The command gives its reason.', '/reason')
    : undefined
}
