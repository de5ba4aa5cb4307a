/**
 * The parameters that are in force on a day, as they were known at a moment.
 */
import { type Proposal, type ProposalKey, versionsInForce } from '../../kernel/four-eyes.ts'
import type { Result } from '../../kernel/result.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerReader } from '../store/handle.ts'
import { type FxSide, type Price, type PriceCode, priceOf, type VersionedTable } from './pricing.ts'
import type { ParameterQuery, ParameterTable } from './table.ts'

/** The kind under which parameters are kept with four eyes. */
export const PARAMETER_KIND = 'parameter'

/** Tables by their text: a body never changes. */
const parsed = new Map<string, ParameterTable>()
const PARSED_MAX = 500

/** The table of a version. */
export function tableOf(proposal: Pick<Proposal, 'body'>): ParameterTable {
  let table = parsed.get(proposal.body)
  if (table === undefined) {
    table = JSON.parse(proposal.body) as ParameterTable
    if (parsed.size >= PARSED_MAX) parsed.clear()
    parsed.set(proposal.body, table)
  }
  return table
}

export function versioned(proposal: Proposal): VersionedTable {
  return { key: proposal.subject, version: proposal.version, table: tableOf(proposal) }
}

/** All parameters of a tenant on one day. */
export class Parameters {
  readonly #tables: ReadonlyMap<string, VersionedTable>

  constructor(tables: ReadonlyMap<string, VersionedTable>) {
    this.#tables = tables
  }

  find(key: string): VersionedTable | undefined {
    return this.#tables.get(key)
  }

  price(key: string, query: ParameterQuery, side?: FxSide): Result<Price, PriceCode> {
    return priceOf((at) => this.#tables.get(at), key, query, side)
  }

  /** The same parameters with another version of one of them. */
  with(table: VersionedTable): Parameters {
    return new Parameters(new Map(this.#tables).set(table.key, table))
  }
}

/** @param knownAt what was approved later does not count */
export async function parametersOn(
  db: LedgerReader,
  tenant: string,
  on: LocalDate,
  knownAt?: Instant,
): Promise<Parameters> {
  const versions = await versionsInForce(db, tenant, PARAMETER_KIND, on, knownAt)
  return new Parameters(new Map(versions.map((version) => [version.subject, versioned(version)])))
}

export function parameterKey(tenant: string, key: string, version: number | bigint): ProposalKey {
  return { tenant, kind: PARAMETER_KIND, subject: key, version: BigInt(version) }
}
