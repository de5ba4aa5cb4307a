/**
 * What may be decided about a finding, and by whom.
 *
 * A reviewer accepts it (the filing has to be corrected), or ignores it with a reason; somebody else
 * approves that or sends it back. A decision stays with the fact when the next version comes.
 */
import { ok, refuse, type Result } from '../kernel/result.ts'

export type Verdict = 'ACCEPTED' | 'IGNORED'
export type Approval = 'PENDING' | 'APPROVED' | 'RETURNED'

/** - `NEW`: the last run found it first - `OPEN`: found again - `FIXED`: not found any more */
export type Presence = 'NEW' | 'OPEN' | 'FIXED'

/** The part of a finding that decisions are about. */
export interface Decided {
  readonly verdict: Verdict | null
  readonly approval: Approval | null
  readonly decidedBy: string | null
}

export type DecisionCode =
  | 'FINDING_DECIDED'
  | 'REASON_MISSING'
  | 'NOTHING_TO_APPROVE'
  | 'SELF_APPROVAL'

const REASON_MAX = 1000

/** Whether a reviewer may decide so. */
export function judgeDecision(
  finding: Decided,
  verdict: Verdict,
  reason: string,
): Result<Verdict, DecisionCode> {
  if (finding.approval === 'APPROVED') {
    return refuse('FINDING_DECIDED', 'The decision about this finding was approved already.')
  }
  if (verdict === 'IGNORED' && reason.trim() === '') {
    return refuse('REASON_MISSING', 'Whoever ignores a finding says why.', '/input/reason')
  }
  if (reason.length > REASON_MAX) {
    return refuse(
      'REASON_MISSING',
      `A reason has at most ${REASON_MAX} characters.`,
      '/input/reason',
    )
  }
  return ok(verdict)
}

/** Whether somebody may approve a decision or send it back. */
export function judgeApproval(
  finding: Decided,
  subject: string,
  approve: boolean,
  reason: string,
): Result<Approval, DecisionCode> {
  if (finding.verdict === null || finding.approval !== 'PENDING') {
    return refuse('NOTHING_TO_APPROVE', 'There is no decision that waits for approval.')
  }
  if (finding.decidedBy === subject) {
    return refuse('SELF_APPROVAL', 'Whoever decided does not approve it.')
  }
  if (!approve && reason.trim() === '') {
    return refuse('REASON_MISSING', 'Whoever sends a decision back says why.', '/input/reason')
  }
  return ok(approve ? 'APPROVED' : 'RETURNED')
}

/** What became of a finding since the run before. @param before its presence then, if it was known */
export function presenceOf(before: Presence | undefined): Presence {
  return before === undefined || before === 'FIXED' ? 'NEW' : 'OPEN'
}
