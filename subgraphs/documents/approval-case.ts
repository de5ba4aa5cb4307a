/**
 * The proof of an order's approval: one closed case for each order that was approved.
 *
 * Orders tell who approved which content when; the content itself stays with them, and only its hash
 * comes here.
 */
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import type { ClosedCase } from './evidence/log.ts'

/** The kind of these cases. */
export const APPROVAL_CASE = 'approval'

/** What orders tell of an approval, as far as it is evidence. */
interface ApprovalTold {
  readonly serial: string
  readonly approval?: {
    readonly content: string
    readonly type: string
    readonly version: string
    readonly maker: string
    readonly steps: readonly {
      readonly step: string
      readonly role: string
      readonly by: string
      readonly at: string
    }[]
  }
}

/**
 * The case of an approved order; undefined for what was approved before orders told by whom.
 *
 * An order that needs no step is approved by the rule of its type: the case says so, and by which
 * version.
 *
 * @param payload of `order.approved`
 */
export function approvalCase(payload: string, approvedAt: string): ClosedCase | undefined {
  const { serial, approval } = JSON.parse(payload) as ApprovalTold
  if (approval === undefined) return undefined
  const { content, type, version, maker, steps } = approval
  const decided = (body: { readonly [key: string]: CanonicalValue }) => ({
    kind: 'approval.decided' as const,
    body: { decision: 'APPROVED', content, ...body },
  })
  return {
    kind: APPROVAL_CASE,
    subject: serial,
    documentHash: content,
    by: maker,
    events: [
      {
        kind: 'session.opened',
        body: { document: content, kind: APPROVAL_CASE, by: maker, subject: serial },
      },
      ...steps.map(({ step, role, by, at }) => decided({ step, role, by, decidedAt: at })),
      ...(steps.length === 0 ? [decided({ rule: type, version, decidedAt: approvedAt })] : []),
    ],
  }
}
