/**
 * Who may decide about an order.
 */
import type { Actor } from '../kernel/actor.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { OrderStatus } from './order-state.ts'

export type Verdict = 'APPROVE' | 'REJECT'

export type ApprovalCode =
  | 'ROLE_MISSING'
  | 'SELF_APPROVAL'
  | 'SAME_APPROVER'
  | 'TASK_DECIDED'
  | 'REASON_MISSING'
  | 'NOT_IN_APPROVAL'
  | 'NOT_MAKER'

/** A task as the rules see it. @property approvers who approved earlier steps of the order */
export interface TaskFacts {
  readonly state: string
  readonly role: string
  readonly maker: string
  readonly approvers: readonly string[]
}

/**
 * Whether an actor may decide a task: it is open, the actor has its role, did not make the order, and
 * approved no earlier step of it.
 */
export function mayDecide(
  task: TaskFacts,
  actor: Pick<Actor, 'subject' | 'roles'>,
  verdict: Verdict,
  reason: string,
): Result<null, ApprovalCode> {
  if (task.state !== 'OPEN') {
    return refuse('TASK_DECIDED', 'This task has been decided or withdrawn.', '/task')
  }
  if (!actor.roles.includes(task.role)) {
    return refuse('ROLE_MISSING', `This task is for the role ${task.role}.`, '/task', {
      role: task.role,
    })
  }
  if (task.maker === actor.subject) {
    return refuse('SELF_APPROVAL', 'Whoever made an order does not approve it.', '/task')
  }
  if (task.approvers.includes(actor.subject)) {
    return refuse('SAME_APPROVER', 'Each step is decided by somebody else.', '/task')
  }
  if (verdict === 'REJECT' && reason.trim() === '') {
    return refuse('REASON_MISSING', 'A rejection gives its reason.', '/reason')
  }
  return ok(null)
}

/** Whether an actor may take an order back: its maker, while it is in approval. */
export function mayWithdraw(
  order: { readonly status: OrderStatus; readonly maker: string },
  actor: Pick<Actor, 'subject'>,
): Result<null, ApprovalCode> {
  if (order.maker !== actor.subject) {
    return refuse('NOT_MAKER', 'Only whoever made an order withdraws it.', '/serial')
  }
  return order.status === 'IN_APPROVAL'
    ? ok(null)
    : refuse('NOT_IN_APPROVAL', `The order is ${order.status}.`, '/serial', {
      status: order.status,
    })
}
