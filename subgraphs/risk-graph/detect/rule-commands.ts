/**
 * Rules under four eyes, and what they would have found.
 */
import type { Actor } from '../../kernel/actor.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { runCommand } from '../../kernel/command.ts'
import { decide, type Proposal, propose } from '../../kernel/four-eyes.ts'
import type { Ports } from '../../kernel/ports.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Store } from '../../kernel/store.ts'
import { dateOf, type LocalDate } from '../../kernel/time.ts'
import type { Mirror } from '../mirror.ts'
import type { SignalCache } from '../score/signals.ts'
import { alertsById, casesWithOutcome } from '../store/alerts.ts'
import type { RiskTables } from '../tables.ts'
import { detectBeside } from './beside.ts'
import type { Detection } from './detect.ts'
import { type Judged, judgeRings } from './judge.ts'
import { matchRings } from './match.ts'
import { findingOf } from './report.ts'
import { trying } from '../port-refusal.ts'
import { checkRules } from './rules.ts'
import { snapshotOf } from './snapshot.ts'
import { RING_RULES, RULE_KIND, rulesInForce } from './version.ts'

/** What other rules would change. Rings are named by the people who lead them. */
export interface DryRun {
  readonly before: number
  readonly after: number
  readonly kept: number
  readonly added: readonly RingPreview[]
  readonly dropped: readonly RingPreview[]
  /** Against what people said of earlier alerts, by the rules in force and by the others. */
  readonly judgedBefore: Judged
  readonly judgedAfter: Judged
}

/** @property members numbers of nodes, strongest first */
export interface RingPreview {
  readonly members: readonly number[]
  readonly score: number
}

/** Cases with an outcome that rules are judged by. */
const LABELS_MAX = 5_000n
/** Rings that a dry run tells one by one. */
const SHOWN = 50

/** Commands of one actor in their tenant. */
export class RuleCommands {
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

  /** Drafts a version for somebody else to decide. */
  async propose(version: number, body: unknown, from: LocalDate): Promise<Result<bigint>> {
    const rules = checkRules(body)
    if (!rules.ok) return { ...rules, place: `/rules${rules.place ?? ''}` }
    if (!Number.isInteger(version) || version < 1) {
      return refuse('OUT_OF_BOUNDS', 'A version is a whole number from 1.', '/version')
    }
    const { tenant, subject: by } = this.#actor
    const at = this.#ports.clock.now()
    const key = { tenant, kind: RULE_KIND, subject: RING_RULES, version: BigInt(version) }
    const draft = { body: rules.value as unknown as CanonicalValue, by, at, from }
    const done = await runCommand(this.#store, tenant, (tx) => propose(tx, key, draft))
    return done.ok ? ok(key.version) : done
  }

  /** Approves or rejects a version that somebody else drafted. */
  async decide(
    version: number,
    verdict: 'APPROVED' | 'REJECTED',
    reason: string,
  ): Promise<Result<Proposal>> {
    const { tenant } = this.#actor
    const at = this.#ports.clock.now()
    if (!Number.isInteger(version) || version < 1) {
      return refuse('PROPOSAL_UNKNOWN', 'There is no such version.', '/version')
    }
    const key = { tenant, kind: RULE_KIND, subject: RING_RULES, version: BigInt(version) }
    const decision = { verdict, actor: this.#actor, at, reason }
    const done = await runCommand(this.#store, tenant, (tx) => decide(tx, key, decision))
    this.#signals.forget()
    return done
  }

  /** Looks through the record with other rules and says what would change; keeps nothing. */
  async dryRun(body: unknown): Promise<Result<DryRun>> {
    const rules = checkRules(body)
    if (!rules.ok) return { ...rules, place: `/rules${rules.place ?? ''}` }
    const on = dateOf(this.#ports.clock.now())
    const current = await rulesInForce(this.#store.read, this.#actor.tenant, on)
    if (current === undefined) return refuse('RULES_MISSING', 'No rules for rings are in force.')
    const snapshot = await trying(() => snapshotOf(this.#mirror))
    if (!snapshot.ok) return snapshot
    const [before, after] = await detectBeside(snapshot.value, [current.rules, rules.value])
    const old = previewsOf(before!.detection)
    const fresh = previewsOf(after!.detection)
    const known = new Map(old.map(({ members }, i) => [String(i), new Set(members)]))
    const matched = matchRings(fresh.map(({ members }) => new Set(members)), known)
    const kept = new Set(matched.filter((id) => id !== undefined))
    return ok({
      before: old.length,
      after: fresh.length,
      kept: kept.size,
      added: fresh.filter((_, i) => matched[i] === undefined).slice(0, SHOWN),
      dropped: old.filter((_, i) => !kept.has(String(i))).slice(0, SHOWN),
      judgedBefore: await this.#judged(old),
      judgedAfter: await this.#judged(fresh),
    })
  }

  async #judged(rings: readonly RingPreview[]): Promise<Judged> {
    const [db, { tenant }] = [this.#store.read, this.#actor]
    const cases = await casesWithOutcome(db, { tenant, limit: LABELS_MAX })
    const confirmed = new Map(cases.map(({ id, outcome }) => [id, outcome === 'CONFIRMED']))
    const alerts = await alertsById(
      db,
      tenant,
      cases.filter(({ kind }) => kind === 'ALERT').map(({ id }) => id),
    )
    const labelled = new Map(alerts.map((row) => {
      const members = new Set(findingOf(row).members.map(({ node }) => node))
      return [row.id, { members, confirmed: confirmed.get(row.id)! }]
    }))
    const sample = cases.filter(({ subject_no }) => subject_no !== null)
      .map(({ id, subject_no }) => ({ no: Number(subject_no), confirmed: confirmed.get(id)! }))
    return judgeRings(rings.map(({ members }) => new Set(members)), labelled, sample)
  }
}

function previewsOf({ findings }: Detection): RingPreview[] {
  return findings.map(({ members, score }) => ({ members: members.map(({ node }) => node), score }))
}
