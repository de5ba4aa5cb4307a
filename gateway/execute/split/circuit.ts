/**
 * The circuit breaker of one subgraph: a state machine without a clock.
 *
 * - `closed`: requests go through
 * - `open`: nothing is sent until a time
 * - `half-open`: one request tries whether the subgraph is back
 *
 * @see Nygard, Release It!, "Circuit Breaker"
 */

/** @property failures in a row @property waitMs how long the next opening lasts */
export type Circuit =
  | { readonly kind: 'closed'; readonly epoch: number; readonly failures: number }
  | {
    readonly kind: 'open'
    readonly epoch: number
    readonly untilMs: number
    readonly waitMs: number
  }
  | { readonly kind: 'half-open'; readonly epoch: number; readonly waitMs: number }

/** When a circuit opens, and for how long. */
export interface CircuitLimits {
  readonly failuresMax: number
  readonly waitFirstMs: number
  readonly waitLongestMs: number
}

/** @property epoch names the state in which a request was let through; its outcome counts only there */
export interface Admission {
  readonly circuit: Circuit
  readonly admitted: boolean
  readonly epoch: number
}

export const CLOSED: Circuit = { kind: 'closed', epoch: 0, failures: 0 }

/** Whether a request may be sent now. */
export function admit(circuit: Circuit, nowMs: number): Admission {
  if (circuit.kind === 'closed') return { circuit, admitted: true, epoch: circuit.epoch }
  if (circuit.kind === 'half-open' || nowMs < circuit.untilMs) {
    return { circuit, admitted: false, epoch: circuit.epoch }
  }
  const epoch = circuit.epoch + 1
  return {
    circuit: { kind: 'half-open', epoch, waitMs: circuit.waitMs },
    admitted: true,
    epoch,
  }
}

/** After a request that was answered. What was let through before the circuit changed counts for nothing. */
export function succeed(circuit: Circuit, epoch: number): Circuit {
  if (circuit.epoch !== epoch || circuit.kind === 'open') return circuit
  if (circuit.kind === 'half-open') return { kind: 'closed', epoch: epoch + 1, failures: 0 }
  return circuit.failures === 0 ? circuit : { ...circuit, failures: 0 }
}

/** After a request that was not answered, or with nonsense. */
export function fail(
  circuit: Circuit,
  epoch: number,
  nowMs: number,
  limits: CircuitLimits,
): Circuit {
  if (circuit.epoch !== epoch || circuit.kind === 'open') return circuit
  if (circuit.kind === 'half-open') {
    return open(epoch, nowMs, Math.min(circuit.waitMs * 2, limits.waitLongestMs))
  }
  const failures = circuit.failures + 1
  if (failures < limits.failuresMax) return { ...circuit, failures }
  return open(epoch, nowMs, limits.waitFirstMs)
}

function open(epoch: number, nowMs: number, waitMs: number): Circuit {
  return { kind: 'open', epoch: epoch + 1, untilMs: nowMs + waitMs, waitMs }
}
