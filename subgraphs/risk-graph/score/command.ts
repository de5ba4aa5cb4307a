/**
 * Takes an open claim in and answers its score.
 */
import type { Actor } from '../../kernel/actor.ts'
import { canonicalJson, type CanonicalValue } from '../../kernel/canonical-json.ts'
import { checkIdempotencyKey, runCommand } from '../../kernel/command.ts'
import { once } from '../../kernel/once.ts'
import type { Ports } from '../../kernel/ports.ts'
import { ok, type Refusal, refuse, type Result } from '../../kernel/result.ts'
import type { Store } from '../../kernel/store.ts'
import { dayOf, NO_DAY } from '../engine/days.ts'
import type { Mirror } from '../mirror.ts'
import { trying } from '../port-refusal.ts'
import {
  ENTITY_TYPES,
  type EntityDraft,
  type EntityType,
  type LinkDraft,
  readEntity,
  readLink,
} from '../record.ts'
import { insertScore, scoreById, type ScoreRow } from '../store/scores.ts'
import type { RiskTables } from '../tables.ts'
import { writeRecord, type Written } from '../write-record.ts'
import { type OpenClaim, questionAbout } from './context.ts'
import { scoreClaim } from './score-claim.ts'
import type { SignalCache } from './signals.ts'

const LINKS_MAX = 50

/** A thing that a claim names. @property type given where it may be new */
export interface ClaimLink {
  readonly to: string
  readonly kind: string
  readonly on?: string | null | undefined
  readonly type?: EntityType | null | undefined
  readonly name?: string | null | undefined
  readonly attributes?: unknown
}

export interface ScoreInput {
  readonly claim: string
  readonly name?: string | null | undefined
  readonly attributes?: unknown
  readonly links: readonly ClaimLink[]
  readonly idempotencyKey: string
}

/** Scores claims of one tenant. */
export class ClaimScorer {
  readonly #store: Store<RiskTables>
  readonly #ports: Ports
  readonly #mirror: Mirror
  readonly #signals: SignalCache

  constructor(store: Store<RiskTables>, ports: Ports, mirror: Mirror, signals: SignalCache) {
    this.#store = store
    this.#ports = ports
    this.#mirror = mirror
    this.#signals = signals
  }

  /**
   * Records the claim with its links and scores it in its surroundings. The same key with the same
   * claim answers the first score.
   */
  async score(actor: Actor, input: ScoreInput): Promise<Result<ScoreRow>> {
    const badKey = checkIdempotencyKey(input.idempotencyKey)
    if (badKey !== undefined) return badKey
    const read = readInput(input)
    if (!read.ok) return read
    const { entities, links } = read.value
    const { tenant } = actor
    const at = this.#ports.clock.now()
    const key = {
      tenant,
      key: `score:${input.idempotencyKey}`,
      body: { entities, links } as unknown as CanonicalValue,
      at,
    }
    const id = this.#ports.ids.next('scr')
    const { ids } = this.#mirror
    // Before the unit: a graph on a server is not waited for with the record locked.
    const around = await trying(() =>
      this.#mirror.ask((graph) => {
        const known = (name: string) => ids.find(name)
        const things = new Set(links.map(({ to }) => known(to)).filter((no) => no !== undefined))
        return graph.surroundings(questionAbout(known(input.claim.trim()), [...things]))
      })
    )
    if (!around.ok) return around
    const { rules, baseline, rings } = await this.#signals.get(at)
    if (rules === undefined) {
      return refuse('RULES_MISSING', 'No rules for rings are in force.')
    }
    const batch = {
      tenant,
      batch: `claim:${id}`,
      at,
      entities: entities.map((draft) => ({ line: 0, draft })),
      links: links.map((draft) => ({ line: 0, draft })),
    }
    const { types } = this.#mirror
    // One unit for both: a claim is never recorded without its score, and waits for one commit.
    const kept = await runCommand(this.#store, tenant, (tx) =>
      once(tx, key, async () => {
        const written = await writeRecord(tx, batch, (name) => ids.find(name))
        if (written.faults.length > 0) return written.faults[0]!.refusal
        const open = openClaim(entities, links, written)
        const found = scoreClaim(
          around.value,
          types,
          open,
          rules.rules.rules,
          baseline,
          (person) => rings.get(person),
        )
        await insertScore(tx, {
          tenant_id: tenant,
          id,
          claim_no: BigInt(open.no),
          rule_version: rules.version,
          score: BigInt(Math.round(found.score * 10_000)),
          body: canonicalJson(found as unknown as CanonicalValue),
          at,
          asked_by: actor.subject,
        })
        return ok(id)
      }))
    if (!kept.ok) return kept
    const [row] = await scoreById(this.#store.read, { tenant, id: kept.value.result })
    return ok(row!)
  }
}

/** The claim by numbers, as the record has just been told of it. */
function openClaim(
  entities: readonly EntityDraft[],
  links: readonly LinkDraft[],
  { held, nos }: Written,
): OpenClaim {
  return {
    no: Number(nos.get(entities[0]!.id)),
    nodes: entities.map(({ id, type }) => ({
      no: Number(nos.get(id)),
      type: ENTITY_TYPES.indexOf(type),
    })),
    links: held.map(({ no, from, to, kind }, i) => ({
      no: Number(no),
      from: Number(from),
      to: Number(to),
      kind: Number(kind),
      day: links[i]!.on === null ? NO_DAY : dayOf(links[i]!.on!),
    })),
  }
}

function readInput(
  input: ScoreInput,
): Result<{ entities: EntityDraft[]; links: LinkDraft[] }> {
  if (input.links.length === 0 || input.links.length > LINKS_MAX) {
    return refuse('OUT_OF_BOUNDS', `A claim has 1 to ${LINKS_MAX} links.`, '/links')
  }
  const claim = readEntity({
    id: input.claim,
    type: 'claim',
    name: input.name ?? '',
    attributes: attributesText(input.attributes),
  })
  if (!claim.ok) return claim
  const entities = [claim.value]
  const links: LinkDraft[] = []
  for (const [i, { to, kind, on, type, name, attributes }] of input.links.entries()) {
    const link = readLink({ from: input.claim, to, kind, on: on ?? '' })
    if (!link.ok) return at(i, link)
    links.push(link.value)
    if (type == null) continue
    const entity = readEntity({
      id: to,
      type,
      name: name ?? '',
      attributes: attributesText(attributes),
    })
    if (!entity.ok) return at(i, entity)
    entities.push(entity.value)
  }
  return ok({ entities, links })
}

function at(i: number, refusal: Refusal): Refusal {
  return { ...refusal, place: `/links/${i}${refusal.place ?? ''}` }
}

function attributesText(attributes: unknown): string {
  return attributes == null ? '' : JSON.stringify(attributes)
}
