/**
 * When a batch is sent: after every promise that could still add to it has run its callbacks.
 */

const settled = Promise.resolve()

/** Turns of the microtask queue in which nothing was added: then nothing more is on its way. */
const QUIET_TURNS = 8

/**
 * Runs a function once the promises that are settled now, and those that follow, were handled.
 *
 * @param size of the batch, which tells whether something was added
 */
export type AfterPromises = (run: () => void, size: () => number) => void

/** From inside a promise's callback, the next tick comes after the other callbacks. */
const atNextTick: AfterPromises = (run) => void settled.then(() => process.nextTick(run))

/** Where a next tick is dear or there is none: Deno's cost half of a large answer under load. */
const whenQuiet: AfterPromises = (run, size) => {
  let known = size()
  let quiet = 0
  const turn = (): void => {
    const now = size()
    quiet = now === known ? quiet + 1 : 0
    known = now
    if (quiet > QUIET_TURNS) run()
    else void settled.then(turn)
  }
  void settled.then(turn)
}

export const afterPromises: AfterPromises =
  'Deno' in globalThis || typeof process === 'undefined' || typeof process.nextTick !== 'function'
    ? whenQuiet
    : atNextTick
