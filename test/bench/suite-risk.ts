/**
 * The risk graph: the engine against bare typed arrays and graphology on the same graph, the
 * record behind it, and scores of open claims.
 */
import { benchEngine } from './risk/engine.ts'
import { benchLarge } from './risk/large.ts'
import { benchRecord } from './risk/record.ts'
import type { Parts } from './report.ts'

/** The suite's parts by name. */
export const PARTS: Parts = { engine: benchEngine, record: benchRecord, large: benchLarge }
