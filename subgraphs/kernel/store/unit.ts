/**
 * One unit of work, confined.
 *
 * A unit gets a transaction handle of its own. The handle goes through a gate that closes when the
 * unit ends, notices a query that nobody awaited (`floating`), and remembers a failed query, which
 * dooms the unit even when its code catches the error.
 */
import { type ConnectionProvider, type DatabaseConnection, Transaction } from 'kysely'
import { isRefusal } from '../result.ts'
import type { CommitGroup } from './commit-group.ts'
import { StoreError } from './error.ts'
import { connectionOver, type HandleKit, type Session } from './handle.ts'

/** How a unit ended: with a value to keep, with an answer to give after rolling back, or failed. */
export type Outcome<R> =
  | { readonly kind: 'keep'; readonly value: R }
  | { readonly kind: 'refused'; readonly value: R }
  | { readonly kind: 'failed'; readonly error: unknown }

/** A unit on its way. `ended` never rejects. */
export class UnitRun<Db, R> implements ConnectionProvider {
  readonly ended: Promise<Outcome<R>>
  /** Called when the unit's last query in flight was answered and the unit has not ended. */
  onIdle: (() => void) | undefined
  #end!: (outcome: Outcome<R>) => void
  #open = true
  #inFlight = 0
  #wrote = false
  #failure: unknown
  readonly #connection: DatabaseConnection

  constructor(session: Session) {
    this.ended = new Promise((resolve) => {
      this.#end = (outcome) => {
        if (!this.#open) return
        this.#open = false
        resolve(outcome)
      }
    })
    this.#connection = connectionOver({
      execute: (query) => {
        this.#wrote ||= !query.sql.startsWith('select')
        return session.execute(query)
      },
    })
  }

  get open(): boolean {
    return this.#open
  }

  /** Whether a statement was run that may have changed something. */
  get wrote(): boolean {
    return this.#wrote
  }

  get idle(): boolean {
    return this.#inFlight === 0
  }

  start(kit: HandleKit, group: CommitGroup, unit: (tx: Transaction<Db>) => Promise<R>): void {
    const tx = new Transaction<Db>({
      config: { dialect: kit.dialect },
      dialect: kit.dialect,
      driver: kit.driver,
      executor: kit.executor.withConnectionProvider(this),
    })
    group.enrol(tx, this)
    let work: Promise<R>
    try {
      work = unit(tx)
    } catch (error) {
      this.fail(error)
      return
    }
    // Counted in this callback and no later: three microtasks on, a floating query has been answered
    // and the mistake would pass unseen.
    work.then((value) => {
      if (this.#failure !== undefined) this.fail(this.#failure)
      else if (this.#inFlight > 0) this.fail(new StoreError('floating', 'a query was not awaited'))
      else this.#end({ kind: isRefusal(value) ? 'refused' : 'keep', value })
    }, (error) => this.fail(this.#failure ?? error))
  }

  fail(error: unknown): void {
    this.#end({ kind: 'failed', error })
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (!this.#open) throw new StoreError('unit_over', 'this unit of work has ended')
    if (this.#failure !== undefined) throw this.#failure
    this.#inFlight += 1
    try {
      return await consumer(this.#connection)
    } catch (error) {
      this.#failure ??= error
      throw error
    } finally {
      this.#inFlight -= 1
      if (this.#open && this.#inFlight === 0) this.onIdle?.()
    }
  }
}
