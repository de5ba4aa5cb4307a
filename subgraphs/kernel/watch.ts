/**
 * Something in a store as it is now, and again whenever it has changed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Store } from './store.ts'

/** How often one looks where other processes write too, since nobody tells of their commits. */
const POLL_MS = 1_000

/**
 * Answers what `read` answers at first, and then each time that a commit made it another. Changes
 * between two looks are seen as one. Ends when there is nothing to read any more, or the caller leaves.
 *
 * @param paceMs the least time between two looks, for what is dear to read
 */
export function watch<Db, T>(
  store: Pick<Store<Db>, 'exclusive' | 'onCommit'>,
  read: () => Promise<T | undefined>,
  paceMs = 0,
): AsyncGenerator<T> {
  const watcher = { over: false, wake: () => {} }
  const values = changes(store, read, watcher, paceMs)
  const leave = values.return.bind(values)
  // A generator that waits hears of its return only when the wait is over.
  values.return = (value) => {
    watcher.over = true
    watcher.wake()
    return leave(value)
  }
  return values
}

async function* changes<Db, T>(
  store: Pick<Store<Db>, 'exclusive' | 'onCommit'>,
  read: () => Promise<T | undefined>,
  watcher: { over: boolean; wake: () => void },
  paceMs: number,
): AsyncGenerator<T> {
  const stop = store.onCommit(() => watcher.wake())
  let before: T | undefined
  try {
    while (!watcher.over) {
      const changed = new Promise<void>((resolve) => watcher.wake = resolve)
      const value = await read()
      if (value === undefined) return
      if (!isDeepStrictEqual(value, before)) yield value
      before = value
      if (watcher.over) return
      const poll = store.exclusive ? undefined : setTimeout(watcher.wake, POLL_MS)
      await changed
      clearTimeout(poll)
      if (paceMs > 0 && !watcher.over) await sleep(paceMs, undefined, { ref: false })
    }
  } finally {
    stop()
  }
}
