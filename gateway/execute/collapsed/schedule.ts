/**
 * When a batch is sent: after every promise that could still add to it has run its callbacks.
 */

const settled = Promise.resolve()

/** Runs a function once the promises that are settled now, and those that follow, were handled. */
export const afterPromises: (run: () => void) => void =
  typeof process !== 'undefined' && typeof process.nextTick === 'function'
    // From inside a promise's callback, the next tick comes after the other callbacks.
    ? (run) => void settled.then(() => process.nextTick(run))
    : (run) => void setTimeout(run, 0)
