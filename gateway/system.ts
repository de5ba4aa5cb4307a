/**
 * All subgraphs in one process, joined by their events.
 */
import {
  openProcess,
  type ProcessConfig,
  type ProcessOptions,
  type SubgraphProcess,
} from './process.ts'
import {
  type RunningLedger,
  type RunningOrders,
  type RunningPayments,
  type RunningRiskGraph,
  SUBGRAPHS,
} from './subgraphs.ts'

/** The subgraphs by name. */
export interface RunningSubgraphs {
  readonly orders: RunningOrders
  readonly ledger: RunningLedger
  readonly payments: RunningPayments
  readonly 'risk-graph': RunningRiskGraph
}

/** The whole system without its front door. */
export interface System extends SubgraphProcess {
  readonly subgraphs: RunningSubgraphs
  /** Every tenant that was set up. */
  tenants(): Promise<string[]>
}

/** Opens every subgraph; migrates unless `readOnly`. @throws StoreError `in_use`, `unavailable` */
export async function openSystem(
  config: ProcessConfig,
  options: Omit<ProcessOptions, 'elsewhere'>,
): Promise<System> {
  const opened = await openProcess(SUBGRAPHS, config, options)
  // Opened from the list of all subgraphs, by their names.
  const subgraphs = opened.running as unknown as RunningSubgraphs
  return { ...opened, subgraphs, tenants: () => subgraphs.ledger.tenants() }
}
