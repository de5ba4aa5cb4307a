/**
 * The rules in force: versions under four eyes.
 */
import { versionInForce } from '../../kernel/four-eyes.ts'
import { must } from '../../kernel/result.ts'
import type { LocalDate } from '../../kernel/time.ts'
import type { RiskReader } from '../store/record.ts'
import { checkRules, type RuleSet } from './rules.ts'

/** Kind of the proposals that hold rules, and the subject of those for rings. */
export const RULE_KIND = 'risk-rules'
export const RING_RULES = 'ring'

/** @property version number of the proposal */
export interface VersionedRules {
  readonly version: bigint
  readonly rules: RuleSet
}

/** The rules for rings in force on a day; undefined before a tenant is set up. */
export async function rulesInForce(
  db: RiskReader,
  tenant: string,
  on: LocalDate,
): Promise<VersionedRules | undefined> {
  const found = await versionInForce(db, tenant, RULE_KIND, RING_RULES, on)
  if (found === undefined) return undefined
  return { version: found.version, rules: must(checkRules(JSON.parse(found.body))) }
}
