/**
 * The subgraphs: the only file that imports them.
 */
import type { Subgraph } from '../subgraphs/kernel/subgraph.ts'
import { documents } from '../subgraphs/documents/mod.ts'
import { ledger } from '../subgraphs/ledger/mod.ts'
import { orders } from '../subgraphs/orders/mod.ts'
import { payments } from '../subgraphs/payments/mod.ts'
import { riskGraph } from '../subgraphs/risk-graph/mod.ts'

export { documents, ledger, orders, payments, riskGraph }
export type { BookedOrder, RunningLedger } from '../subgraphs/ledger/mod.ts'
export {
  APPROVE_KIND,
  type ApproveInput,
  checkMapping,
  IMPORT_KIND,
  type ImportInput,
  type ImportPerson,
  type ImportProgress,
  importProgress,
  type Mapping,
  type OrderFacts,
  type RunningOrders,
} from '../subgraphs/orders/mod.ts'
export {
  type ReviewFinding,
  runReview,
  type Trust,
  verifierPage,
  verifyBundle,
} from '../subgraphs/documents/mod.ts'
export type { RunningPayments } from '../subgraphs/payments/mod.ts'
export {
  type AlertReport,
  CANONICAL as CANONICAL_FILES,
  checkMapping as checkLoadMapping,
  type Cursor as GraphCursor,
  DETECT_KIND,
  type DetectProgress,
  detectProgress,
  LOAD_KIND,
  type LoadFault,
  type LoadInput,
  type LoadMapping,
  type LoadProgress,
  loadProgress,
  MOTOR_DEFAULTS,
  motorBook,
  type MotorOptions,
  type RunningRiskGraph,
} from '../subgraphs/risk-graph/mod.ts'

/** All of them, in the order in which they are opened. */
export const SUBGRAPHS: readonly Subgraph[] = [
  orders,
  ledger,
  payments,
  documents,
  riskGraph,
]
