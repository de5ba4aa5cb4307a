/**
 * How long the ledger's parts measure, and how they tell what they measured.
 */
import type { Report } from '../report.ts'

/** Milliseconds of a measurement. */
export const MS = Number(process.env.BENCH_SECONDS ?? 2) * 1000
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)

/** Tells a figure of the ledger. */
export function figure(
  report: Report,
  name: string,
  value: number,
  unit: string,
  compared?: { peer: string; ratio: number; bar?: string; ok?: boolean },
): void {
  report({ suite: 'ledger', case: name, value, unit, ...compared })
}

/** A bar on a ratio that is to be at least so much, or at most. */
export function bar(peer: string, ratio: number, least: number): Parameters<typeof figure>[4] {
  return { peer, ratio, bar: `>= ${least}`, ok: ratio >= least }
}
