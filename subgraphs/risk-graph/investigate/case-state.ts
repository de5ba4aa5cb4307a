/**
 * What can happen to a case, and what comes of it.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'

export type CaseState = 'OPEN' | 'ASSIGNED' | 'CLOSED'
export type Outcome = 'CONFIRMED' | 'UNFOUNDED' | 'UNCLEAR'

/** What somebody does with a case. */
export type CaseAction =
  | { readonly kind: 'ASSIGN'; readonly to: string }
  | { readonly kind: 'NOTE' }
  | { readonly kind: 'CLOSE'; readonly outcome: Outcome }
  | { readonly kind: 'REOPEN' }

export interface CaseNow {
  readonly state: CaseState
  readonly assignee: string | null
  readonly outcome: Outcome | null
}

export type CaseCode = 'CASE_CLOSED' | 'CASE_NOT_CLOSED' | 'NOT_ASSIGNEE'

/** The case after an action. Only its assignee closes it; a closed case is only opened again. */
export function actOn(
  now: CaseNow,
  action: CaseAction,
  actor: string,
): Result<CaseNow, CaseCode> {
  if (action.kind === 'REOPEN') {
    return now.state === 'CLOSED'
      ? ok({
        state: now.assignee === null ? 'OPEN' : 'ASSIGNED',
        assignee: now.assignee,
        outcome: null,
      })
      : refuse('CASE_NOT_CLOSED', 'Only a closed case is opened again.')
  }
  if (now.state === 'CLOSED') {
    return refuse('CASE_CLOSED', 'The case is closed; open it again first.')
  }
  switch (action.kind) {
    case 'ASSIGN':
      return ok({ ...now, state: 'ASSIGNED', assignee: action.to })
    case 'NOTE':
      return ok(now)
    case 'CLOSE':
      return now.assignee === actor
        ? ok({ ...now, state: 'CLOSED', outcome: action.outcome })
        : refuse('NOT_ASSIGNEE', 'Only its assignee closes a case.')
  }
}
