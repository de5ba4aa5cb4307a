/**
 * What investigators do: cases, watch lists, and seeing what is masked.
 */
import type { Actor } from '../../kernel/actor.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { runCommand } from '../../kernel/command.ts'
import type { Ports } from '../../kernel/ports.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Store } from '../../kernel/store.ts'
import { checkReason } from '../reason.ts'
import type { Mirror } from '../mirror.ts'
import { caseById, type CaseRow, insertCaseEvent, moveCase } from '../store/alerts.ts'
import { lastLink } from '../store/record.ts'
import { dropWatch, insertReveal, lastReveal, putWatch } from '../store/scores.ts'
import type { SignalCache } from '../score/signals.ts'
import type { RiskTables } from '../tables.ts'
import { actOn, type CaseAction, type CaseState, type Outcome } from './case-state.ts'

/** Purposes for which personal data may be looked at. */
export const PURPOSES = ['CLAIM_INVESTIGATION', 'REGULATOR_REQUEST', 'DATA_CORRECTION'] as const
export type Purpose = (typeof PURPOSES)[number]

const ASSIGNEE = /^[\x21-\x7e]{1,200}$/

/** Commands of one actor in their tenant. */
export class InvestigateCommands {
  readonly #store: Store<RiskTables>
  readonly #ports: Ports
  readonly #actor: Actor
  readonly #mirror: Mirror
  readonly #signals: SignalCache

  constructor(
    store: Store<RiskTables>,
    ports: Ports,
    actor: Actor,
    mirror: Mirror,
    signals: SignalCache,
  ) {
    this.#store = store
    this.#ports = ports
    this.#actor = actor
    this.#mirror = mirror
    this.#signals = signals
  }

  /** Does something with a case and keeps why. */
  async act(id: string, action: CaseAction, note: string): Promise<Result<{ id: string }>> {
    const reason = checkReason(note)
    if (reason !== undefined) return reason
    if (action.kind === 'ASSIGN' && !ASSIGNEE.test(action.to)) {
      return refuse('ASSIGNEE_MALFORMED', 'An assignee is the subject of a person.', '/assignee')
    }
    const { tenant, subject } = this.#actor
    const at = this.#ports.clock.now()
    const done = await runCommand(this.#store, tenant, async (tx) => {
      const [row] = await caseById(tx, { tenant, id })
      if (row === undefined) return refuse('CASE_UNKNOWN', 'There is no such case.', '/case')
      const next = actOn(stateOf(row), action, subject)
      if (!next.ok) return next
      const events = row.events + 1n
      await insertCaseEvent(tx, {
        tenant,
        id,
        seq: events,
        kind: action.kind,
        by: subject,
        at,
        detail: canonicalJson({ ...action, note: note.trim() }),
      })
      await moveCase(tx, {
        tenant,
        id,
        ...next.value,
        closedAt: next.value.state === 'CLOSED' ? at : null,
        expected: row.events,
        events,
      })
      return ok({ id })
    })
    this.#signals.forget()
    return done
  }

  /** Puts an entity on the actor's own watch list; again, with another reason, begins anew. */
  async watch(entity: string, reason: string): Promise<Result<{ no: number }>> {
    const bad = checkReason(reason)
    if (bad !== undefined) return bad
    const no = await this.#find(entity)
    if (no === undefined) return refuse('ENTITY_UNKNOWN', 'There is no such entity.', '/entity')
    const { tenant, subject: owner } = this.#actor
    const since = this.#ports.clock.now()
    return await runCommand(this.#store, tenant, async (tx) => {
      const seen = ((await lastLink(tx, { tenant }))[0]?.no ?? -1n) + 1n
      await putWatch(tx, { tenant, owner, no: BigInt(no), reason: reason.trim(), since, seen })
      return ok({ no })
    })
  }

  /** Takes an entity off the actor's own watch list. */
  async unwatch(entity: string): Promise<Result<{ no: number }>> {
    const no = await this.#find(entity)
    const { tenant, subject: owner } = this.#actor
    if (no === undefined) return refuse('ENTITY_UNKNOWN', 'There is no such entity.', '/entity')
    return await runCommand(this.#store, tenant, async (tx) => {
      const { affected } = await dropWatch(tx, { tenant, owner, no: BigInt(no) })
      return affected === 0n
        ? refuse('WATCH_UNKNOWN', 'The entity is not on your watch list.', '/entity')
        : ok({ no })
    })
  }

  /** Records who looks at whose data, what for and why; only then may it be shown. */
  async reveal(entity: string, purpose: Purpose, reason: string): Promise<Result<{ no: number }>> {
    const bad = checkReason(reason)
    if (bad !== undefined) return bad
    const no = await this.#find(entity)
    if (no === undefined) return refuse('ENTITY_UNKNOWN', 'There is no such entity.', '/entity')
    const { tenant, subject: by } = this.#actor
    const at = this.#ports.clock.now()
    return await runCommand(this.#store, tenant, async (tx) => {
      const seq = ((await lastReveal(tx, { tenant }))[0]?.seq ?? 0n) + 1n
      await insertReveal(tx, {
        tenant,
        seq,
        no: BigInt(no),
        by,
        purpose,
        reason: reason.trim(),
        at,
      })
      return ok({ no })
    })
  }

  async #find(entity: string): Promise<number | undefined> {
    await this.#mirror.catchUp()
    return this.#mirror.ids.find(entity)
  }
}

function stateOf(row: CaseRow) {
  return {
    state: row.state as CaseState,
    assignee: row.assignee,
    outcome: row.outcome as Outcome | null,
  }
}
