/**
 * Accounts as the last commit left them, so that a busy one is not read again for every group.
 *
 * Only where no other process writes the database. What a group reads and changes stays in its own
 * overlay until somebody has seen the group commit; whatever it changes leaves the shared part at
 * once. So a group that fails, or whose commit nobody reports, costs a read and nothing else.
 */
import type { Store } from '../kernel/store.ts'
import { type CommitStep, commitStep } from '../kernel/store/commit-group.ts'
import { type AccountState } from './account.ts'
import { placeKey } from './books.ts'
import type { LedgerTx } from './store/handle.ts'
import type { LedgerTables } from './tables.ts'

/** The most accounts kept: about 40 MB. */
const ACCOUNTS_MAX = 100_000

/** The most changed accounts that are named one by one. */
const CHANGED_MAX = 10_000

/** Keys of accounts that are no longer what they were, or all of them. */
export type Changed = readonly string[] | 'all'

export class AccountCache {
  readonly #exclusive: boolean
  /** Nothing under a key that some unit changed. */
  readonly #kept = new Map<string, AccountState | undefined>()
  /** Kept once somebody asks. */
  #changed: Set<string> | undefined
  #latest: AccountOverlay | undefined
  /** Groups that are written by somebody else, or wait to be. */
  #elsewhere = 0

  constructor(store: Pick<Store<LedgerTables>, 'exclusive'>) {
    this.#exclusive = store.exclusive
  }

  /** What the group of this unit knows of accounts. */
  of(tx: LedgerTx): AccountOverlay {
    return commitStep(tx, 'ledger-accounts', () => {
      this.#latest = new AccountOverlay(this.#kept, this.#changed)
      return this.#latest
    })
  }

  /**
   * Keeps what a group knew, once it has committed. Too late when another group has begun, here or
   * elsewhere.
   */
  keep(overlay: AccountOverlay): void {
    if (!this.#exclusive || this.#elsewhere > 0 || overlay !== this.#latest) return
    if (this.#kept.size > ACCOUNTS_MAX) this.#kept.clear()
    for (const [key, account] of overlay.known()) this.#kept.set(key, account)
    this.#latest = undefined
  }

  /** What units have written since it was last asked, committed or not; first asked, everything. */
  takeChanged(): Changed {
    const changed = this.#changed === undefined || this.#changed.size > CHANGED_MAX
      ? 'all'
      : [...this.#changed]
    this.#changed = new Set()
    return changed
  }

  /** A group is handed to somebody else: nothing is kept until it is over. */
  beginElsewhere(): void {
    this.#elsewhere += 1
    this.drop('all')
  }

  endElsewhere(): void {
    this.#elsewhere -= 1
  }

  /** Forgets accounts that somebody else has written. */
  drop(changed: Changed): void {
    if (changed === 'all') this.#kept.clear()
    else for (const key of changed) this.#kept.delete(key)
    this.#latest = undefined
  }
}

/** Accounts as the units of one group see them. A unit that is undone takes along what it put in. */
export class AccountOverlay implements CommitStep {
  readonly #kept: Map<string, AccountState | undefined>
  readonly #changed: Set<string> | undefined
  readonly #own = new Map<string, AccountState | undefined>()
  readonly #journal: [key: string, before: AccountState | undefined, had: boolean][] = []

  constructor(kept: Map<string, AccountState | undefined>, changed: Set<string> | undefined) {
    this.#kept = kept
    this.#changed = changed
  }

  byId(tenant: string, id: string): AccountState | undefined {
    return this.#find(`${tenant}\n${id}`)
  }

  byPlace(tenant: string, place: string): AccountState | undefined {
    return this.#find(`${tenant}\n@${place}`)
  }

  /** Puts in an account as the database has it. */
  read(tenant: string, account: AccountState): void {
    for (const key of keysOf(tenant, account)) this.#set(key, account)
  }

  /** Puts in an account that this unit writes. */
  wrote(tenant: string, account: AccountState): void {
    for (const key of keysOf(tenant, account)) {
      this.#change(key)
      this.#set(key, account)
    }
  }

  /** Forgets an account that this unit writes by other means. */
  forget(tenant: string, account: AccountState): void {
    for (const key of keysOf(tenant, account)) {
      this.#change(key)
      this.#set(key, undefined)
    }
  }

  *known(): Generator<[string, AccountState]> {
    for (const [key, account] of this.#own) if (account !== undefined) yield [key, account]
  }

  run(): Promise<void> {
    return Promise.resolve()
  }

  mark(): number {
    return this.#journal.length
  }

  rewind(mark: number): void {
    while (this.#journal.length > mark) {
      const [key, before, had] = this.#journal.pop()!
      if (had) this.#own.set(key, before)
      else this.#own.delete(key)
    }
  }

  #change(key: string): void {
    // Written over rather than taken out: most are there again once the group has committed.
    if (this.#kept.has(key)) this.#kept.set(key, undefined)
    // Beyond that all are taken for changed.
    if (this.#changed !== undefined && this.#changed.size <= CHANGED_MAX) this.#changed.add(key)
  }

  #find(key: string): AccountState | undefined {
    return this.#own.has(key) ? this.#own.get(key) : this.#kept.get(key)
  }

  #set(key: string, account: AccountState | undefined): void {
    this.#journal.push([key, this.#own.get(key), this.#own.has(key)])
    this.#own.set(key, account)
  }
}

/** An account is found by its id, and the one account of a place by its place. */
function keysOf(tenant: string, account: AccountState): string[] {
  const id = `${tenant}\n${account.id}`
  return account.number === '' ? [id, `${tenant}\n@${placeKey(account)}`] : [id]
}
