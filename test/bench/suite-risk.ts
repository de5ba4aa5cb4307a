/**
 * The risk graph: the engine against bare typed arrays and graphology on the same graph.
 */
import type { Figure } from './report.ts'
import { benchEngine } from './risk/engine.ts'
import { benchLarge } from './risk/large.ts'

/** Runs the suite. */
export async function run(report: (figure: Figure) => void): Promise<void> {
  await benchEngine(report)
  await benchLarge(report)
}
