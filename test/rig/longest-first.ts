/**
 * The order in which test files run: those that take minutes first.
 *
 * On a clean clone nothing is known of how long a file takes, and the largest would run first. Some of
 * the longest are a few lines, and would end the run alone with the other workers idle.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, longest first, by the end of its path. */
const LONGEST = [
  'test/ledger/simulator.test.ts',
  'test/journeys/tenant-audit.test.ts',
  'test/browser/screens.test.ts',
  'test/runtime/runtime.test.ts',
  'test/bolt/neo4j.test.ts',
  'test/faults/restart.test.ts',
  'test/browser/desk.test.ts',
  'test/ledger/verify.test.ts',
  'test/documents/review-graph.test.ts',
  'test/faults/kill.test.ts',
  'test/browser/lists.test.ts',
]

/** Puts {@link LONGEST} before all others, which keep the order that they had. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(path))
  return place === -1 ? LONGEST.length : place
}
