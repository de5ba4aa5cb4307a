/**
 * Which edges a walk may use.
 */
import { NO_DAY } from './days.ts'
import type { Graph } from './live-graph.ts'

/** Days, both included. What has no date holds at any time. */
export interface Window {
  readonly fromDay: number
  readonly toDay: number
}

/** Whether any edge could be refused: walks skip the question otherwise. */
export function isFiltered(graph: Graph, window: Window | undefined): boolean {
  return window !== undefined || graph.goneCount > 0
}

/** Whether a walk may use an edge. */
export function mayUse(graph: Graph, edge: number, window: Window | undefined): boolean {
  if (graph.gone[edge] !== 0) return false
  if (window === undefined) return true
  const day = graph.day[edge]!
  return day === NO_DAY || (day >= window.fromDay && day <= window.toDay)
}
