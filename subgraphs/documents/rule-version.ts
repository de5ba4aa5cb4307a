/**
 * Versions of the rules: proposed, approved by somebody else, in force from a day on.
 */
import type { Actor } from '../kernel/actor.ts'
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import {
  decide,
  type Proposal,
  propose,
  shipVersions,
  versionInForce,
  versionsOf,
} from '../kernel/four-eyes.ts'
import type { Ports } from '../kernel/ports.ts'
import type { Result } from '../kernel/result.ts'
import type { Store } from '../kernel/store.ts'
import { dateOf, type LocalDate } from '../kernel/time.ts'
import { readRules, type RuleSet, SHIPPED_RULES } from './rules/rule-set.ts'
import type { DocumentsReader, DocumentsTx } from './store/review.ts'
import type { DocumentTables } from './tables.ts'

const KIND = 'review-rules'
const SUBJECT = 'statements'

/** What a review is held to. @property version of the rules; 0 where a tenant was never set up */
export interface RulesInForce {
  readonly version: number
  readonly rules: RuleSet
}

/** Puts the shipped rules in as version 1. Doing it again adds nothing. */
export async function shipRules(tx: DocumentsTx, tenant: string, at: string): Promise<void> {
  const body = SHIPPED_RULES as unknown as CanonicalValue
  await shipVersions(tx, tenant, KIND, { [SUBJECT]: body }, at)
}

/** The rules of a day. */
export async function rulesInForce(
  db: DocumentsReader,
  tenant: string,
  on: LocalDate,
): Promise<RulesInForce> {
  const found = await versionInForce(db, tenant, KIND, SUBJECT, on)
  const rules = found === undefined ? undefined : readRules(JSON.parse(found.body))
  return rules?.ok === true
    ? { version: Number(found!.version), rules: rules.value }
    : { version: 0, rules: SHIPPED_RULES }
}

/** All versions, oldest first. */
export function ruleVersions(db: DocumentsReader, tenant: string): Promise<Proposal[]> {
  return versionsOf(db, tenant, KIND)
}

/** Proposes the next version. */
export async function proposeRules(
  store: Store<DocumentTables>,
  ports: Ports,
  actor: Actor,
  body: unknown,
  from: LocalDate,
): Promise<Result<Proposal>> {
  const rules = readRules(body)
  if (!rules.ok) return rules
  const { tenant, subject: by } = actor
  const at = ports.clock.now()
  const draft = { body: body as CanonicalValue, by, at, from }
  const proposed = await store.write(async (tx) => {
    const last = (await versionsOf(tx, tenant, KIND)).at(-1)
    const version = (last?.version ?? 0n) + 1n
    return await propose(tx, { tenant, kind: KIND, subject: SUBJECT, version }, draft)
  }, { lane: `${tenant}:review` })
  if (!proposed.ok) return proposed
  return { ok: true, value: (await ruleVersions(store.read, tenant)).at(-1)! }
}

/** Approves a version, or rejects it with a reason. */
export async function decideRules(
  store: Store<DocumentTables>,
  ports: Ports,
  actor: Actor,
  version: number,
  verdict: 'APPROVED' | 'REJECTED',
  reason: string,
): Promise<Result<Proposal>> {
  const key = { tenant: actor.tenant, kind: KIND, subject: SUBJECT, version: BigInt(version) }
  const at = ports.clock.now()
  return await store.write(
    (tx) => decide(tx, key, { verdict, actor, at, reason }),
    { lane: `${actor.tenant}:review` },
  )
}

/** The day that a review is held to. */
export function today(ports: Ports): LocalDate {
  return dateOf(ports.clock.now())
}
