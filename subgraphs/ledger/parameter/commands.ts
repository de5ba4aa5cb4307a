/**
 * What people do with parameters: draft a version, decide about somebody else's, and see before what
 * it would change.
 */
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import {
  decide,
  findVersion,
  type Proposal,
  type ProposalCode,
  type ProposalKey,
  propose,
} from '../../kernel/four-eyes.ts'
import { ok, type Refusal, refuse, type Result } from '../../kernel/result.ts'
import { type LocalDate, parseDate } from '../../kernel/time.ts'
import { type CommandDesk, isText } from '../command-desk.ts'
import { parameterKey, parametersOn, tableOf, versioned } from './in-force.ts'
import type { Price, PriceCode } from './pricing.ts'
import { checkParameter, diffParameters, type Dimensions, type ParameterDiff } from './table.ts'
import { isKey, type ParameterCode } from './value.ts'

export type ParameterCommandCode = ParameterCode | PriceCode | ProposalCode | 'TEXT_MALFORMED'

/** A version of a parameter, named. */
export interface ParameterVersion {
  readonly key: string
  readonly version: number
}

/** Something whose price is asked for. @property minor in the currency of the table */
export interface PriceProbe {
  readonly key: string
  readonly dimensions: Dimensions
  readonly minor?: bigint | undefined
}

/** A price now and under a version that is not in force yet. */
export interface SimulatedPrice {
  readonly probe: PriceProbe
  readonly before: Result<Price, PriceCode>
  readonly after: Result<Price, PriceCode>
}

export class ParameterCommands {
  readonly #desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
  }

  /** Drafts a version of a parameter for somebody else to approve. */
  async propose(
    input: ParameterVersion & { effectiveFrom: LocalDate; body: unknown },
  ): Promise<Result<ProposalKey, ParameterCommandCode>> {
    const { tenant, actor: { subject: by } } = this.#desk
    if (!isKey(input.key)) {
      return refuse('PARAMETER_MALFORMED', 'A key is lower-case words with dots.', '/key')
    }
    if (!Number.isSafeInteger(input.version) || input.version < 1) {
      return refuse('PARAMETER_MALFORMED', 'A version is 1 or more.', '/version')
    }
    const from = parseDate(input.effectiveFrom, '/effectiveFrom')
    if (!from.ok) return from
    if (!isText(input.body)) return refuse('TEXT_MALFORMED', 'A text cannot be stored.', '/body')
    const table = checkParameter(input.body)
    if (!table.ok) return { ...table, place: `/body${table.place ?? ''}` }
    const at = this.#desk.now()
    return await this.#desk.write((tx) =>
      propose(tx, parameterKey(tenant, input.key, input.version), {
        body: table.value as unknown as CanonicalValue,
        by,
        at,
        from: from.value,
      })
    )
  }

  /** Approves or rejects a version that somebody else drafted. */
  async decide(
    input: ParameterVersion & { verdict: 'APPROVED' | 'REJECTED'; reason: string },
  ): Promise<Result<Proposal, ParameterCommandCode>> {
    const { tenant, actor } = this.#desk
    const at = this.#desk.now()
    return await this.#desk.write((tx) =>
      decide(tx, parameterKey(tenant, input.key, input.version), { ...input, actor, at })
    )
  }

  /** How a version differs from another, or from nothing. */
  async diff(
    of: ParameterVersion & { against?: number | null | undefined },
  ): Promise<Result<ParameterDiff, ParameterCommandCode>> {
    const after = await this.#version(of)
    if (!after.ok) return after
    if (of.against == null) return ok(diffParameters(undefined, tableOf(after.value)))
    const before = await this.#version({ key: of.key, version: of.against })
    if (!before.ok) return before
    return ok(diffParameters(tableOf(before.value), tableOf(after.value)))
  }

  /** What some prices are on a day, and would be under a version, whatever its state. */
  async simulate(
    of: ParameterVersion & { on: LocalDate; probes: readonly PriceProbe[] },
  ): Promise<Result<readonly SimulatedPrice[], ParameterCommandCode>> {
    const version = await this.#version(of)
    if (!version.ok) return version
    const { store, tenant } = this.#desk
    const now = await parametersOn(store.read, tenant, of.on)
    const then = now.with(versioned(version.value))
    return ok(of.probes.map((probe) => {
      const query = { ...probe, on: of.on }
      return {
        probe,
        before: now.price(probe.key, query),
        after: then.price(probe.key, query),
      }
    }))
  }

  async #version(
    { key, version }: ParameterVersion,
  ): Promise<Result<Proposal, 'PROPOSAL_UNKNOWN'>> {
    const { store, tenant } = this.#desk
    const known = Number.isSafeInteger(version)
      ? await findVersion(store.read, parameterKey(tenant, key, version))
      : undefined
    return known === undefined ? unknownVersion(key, version) : ok(known)
  }
}

function unknownVersion(key: string, version: number): Refusal<'PROPOSAL_UNKNOWN'> {
  return refuse('PROPOSAL_UNKNOWN', `There is no version ${version} of ${key}.`, '/version')
}
