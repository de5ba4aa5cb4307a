/**
 * A store whose process dies at chosen moments, without the process dying.
 */
import { type Store, StoreError } from '../../../subgraphs/kernel/store.ts'

/**
 * - `before`: the process dies before the commit; nothing of it is kept
 * - `after`: it dies after the commit, before anybody is answered
 * - `once`: the engine fails and the group is rolled back, but the process lives on
 */
export type Fault = 'before' | 'after' | 'once'

export interface FaultyStore<Db> extends Store<Db> {
  /** The next write meets a fault. */
  arm(fault: Fault): void
  /** A new process on the same file. */
  revive(): void
}

class Died extends Error {
  override readonly name = 'Died'
}

/** Whether an error is what callers of a process see that has died. */
export function isDeath(error: unknown): boolean {
  return error instanceof Died || (error instanceof StoreError && error.code === 'outcome_unknown')
}

export function faultyStore<Db>(store: Store<Db>): FaultyStore<Db> {
  let armed: Fault | undefined
  let dead = false
  return {
    ...store,
    arm: (fault) => void (armed = fault),
    revive() {
      dead = false
      armed = undefined
    },
    async write(unit, options) {
      if (dead) throw new Died('the process is dead')
      const fault = armed
      armed = undefined
      if (fault === undefined) return await store.write(unit, options)
      if (fault === 'after') {
        dead = true
        await store.write(unit, options)
        throw new StoreError('outcome_unknown', 'the process died after the commit')
      }
      if (fault === 'before') dead = true
      return await store.write(async (tx) => {
        await unit(tx)
        throw fault === 'before' ? new Died('before the commit') : new StoreError('failed', 'disk')
      }, options)
    },
  }
}
