/**
 * Looks through the whole record for entities that are one.
 */
import type { Ports } from '../../kernel/ports.ts'
import type { Store } from '../../kernel/store.ts'
import { graphOf, takeSnapshot } from '../detect/snapshot.ts'
import { rootsOf } from '../engine/roots.ts'
import { eachNeighbour, type Graph } from '../engine/live-graph.ts'
import type { Mirror } from '../mirror.ts'
import { ENTITY_TYPES, type EntityType } from '../record.ts'
import { entitiesOfType } from '../store/record.ts'
import type { RiskTables } from '../tables.ts'
import { keepDecisions } from './decide.ts'
import {
  type Known,
  type KnownPerson,
  type Match,
  matchAddresses,
  matchByKey,
  MATCHED_TYPES,
  matchPeople,
  MERGE,
} from './match.ts'

const PAGE = 4_000n
const BATCH = 500
const HELD_TYPES = new Set(
  ['phone', 'address', 'account'].map((type) => ENTITY_TYPES.indexOf(type as EntityType)),
)

/** What resolution needs. */
export interface ResolveShop {
  readonly store: Store<RiskTables>
  readonly ports: Ports
}

/** Finds and keeps matches: keys first, then people by what those have in common. */
export async function resolveIdentities(
  shop: ResolveShop,
  mirror: Mirror,
  signal: AbortSignal,
): Promise<{ merged: number; proposed: number }> {
  const total = { merged: 0, proposed: 0 }
  const keep = async (matches: readonly Match[]) => {
    for (let at = 0; at < matches.length; at += BATCH) {
      signal.throwIfAborted()
      const decisions = matches.slice(at, at + BATCH).map((match) => ({
        ...match,
        a: Math.min(match.a, match.b),
        b: Math.max(match.a, match.b),
        verdict: match.score >= MERGE ? 'SAME' as const : 'PROPOSED' as const,
      }))
      const decider = {
        tenant: mirror.tenant,
        by: 'rule:resolution@1',
        at: shop.ports.clock.now(),
        batch: 'resolution',
        over: false,
      }
      const found = await shop.store.write((tx) => keepDecisions(tx, decisions, decider), {
        lane: mirror.tenant,
      })
      total.merged += found.merged
      total.proposed += found.proposed
    }
    await mirror.catchUp()
  }
  for (const type of MATCHED_TYPES) {
    const entities = await knownOf(shop, mirror.tenant, type)
    await keep(type === 'address' ? matchAddresses(entities) : matchByKey(type, entities))
  }
  // Resolution is work on the record: a graph elsewhere is not waited for.
  const graph = graphOf(await takeSnapshot(await mirror.ownGraph(), mirror))
  await keep(peopleMatches(graph, await knownOf(shop, mirror.tenant, 'person')))
  return total
}

/** What is known now of all entities of a type, by number. */
async function knownOf(shop: ResolveShop, tenant: string, type: EntityType): Promise<Known[]> {
  const known: Known[] = []
  let no = 0n
  while (true) {
    const rows = await entitiesOfType(shop.store.read, { tenant, type, no, limit: PAGE })
    for (const row of rows) {
      const entity = {
        no: Number(row.no),
        name: row.name,
        attributes: row.attributes === '{}' ? NOTHING : JSON.parse(row.attributes),
      }
      // Versions come in order: a later one takes the place of the one before.
      if (known.at(-1)?.no === entity.no) known.pop()
      known.push(entity)
    }
    if (BigInt(rows.length) < PAGE) return known
    // The last entity may have further versions on the next page.
    const last = rows.at(-1)!.no
    no = last === no ? last + 1n : last
  }
}

const NOTHING: Known['attributes'] = Object.freeze({})

function peopleMatches(graph: Graph, people: readonly Known[]): Match[] {
  const roots = rootsOf(graph)
  const withHolds = people.map((person): KnownPerson => {
    const holds: number[] = []
    eachNeighbour(graph, person.no, (neighbour) => {
      if (HELD_TYPES.has(graph.type[neighbour]!)) holds.push(roots[neighbour]!)
    })
    return { ...person, no: person.no, holds }
  })
  const unmerged = withHolds.filter((person) => roots[person.no] === person.no)
  const holders = new Map<number, number>()
  for (const { holds } of unmerged) {
    for (const no of new Set(holds)) holders.set(no, (holders.get(no) ?? 0) + 1)
  }
  return matchPeople(unmerged, (no) => holders.get(no) ?? 0)
}
