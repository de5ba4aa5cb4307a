/**
 * Two sides that are measured in turns.
 *
 * A shared processor changes its speed for seconds. Rounds are therefore many and short (tens of
 * milliseconds), so that its fast times meet both sides, and whoever went second goes first next.
 */
import { cpuMs } from './report.ts'

/** Measures both sides once. @param round counts up */
export async function inTurns<T>(
  round: number,
  ours: () => Promise<T>,
  peer: () => Promise<T>,
): Promise<{ ours: T; peer: T }> {
  if (round % 2 === 0) {
    const first = await ours()
    return { ours: first, peer: await peer() }
  }
  const first = await peer()
  return { ours: await ours(), peer: first }
}

/** CPU milliseconds of this process a call, over `times` calls one after another. */
export async function cpuPerCall(call: () => Promise<unknown>, times: number): Promise<number> {
  for (let i = 0; i < times / 10; i++) await call()
  const before = cpuMs()
  for (let i = 0; i < times; i++) await call()
  return (cpuMs() - before) / times
}
