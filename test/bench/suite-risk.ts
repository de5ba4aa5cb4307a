/**
 * The risk graph: the engine against bare typed arrays and graphology on the same graph, the
 * record behind it, and scores of open claims.
 */
import type { Figure } from './report.ts'
import { benchEngine } from './risk/engine.ts'
import { benchLarge } from './risk/large.ts'
import { benchRecord } from './risk/record.ts'

/** Runs the suite. */
export async function run(report: (figure: Figure) => void): Promise<void> {
  await benchEngine(report)
  await benchRecord(report)
  await benchLarge(report)
}
