/**
 * A motor insurer's graph by numbers alone, in the proportions of 200,000 claims: what the engine is
 * timed on. It has no rings to find; those come from the generator of `subgraphs/risk-graph/synthetic`.
 */
import type { EdgeColumns } from '../../../subgraphs/risk-graph/engine/live-graph.ts'
import { seeded } from '../../support/random-graph.ts'

/** @property types per node @property claims the number of the first claim and how many there are */
export interface MotorColumns {
  readonly types: Uint8Array
  readonly columns: EdgeColumns
  readonly claims: { readonly first: number; readonly count: number }
}

/** Per thousand claims: persons, vehicles, phones, garages, accounts, addresses. */
const PER_THOUSAND = {
  person: 450,
  vehicle: 425,
  phone: 400,
  garage: 6,
  account: 300,
  address: 250,
}

/** Distinct edges, about 3.06 a claim. @param claims 200,000 for the 600,000-edge graph */
export function motorColumns(claims: number, seed = 1): MotorColumns {
  const random = seeded(seed)
  const first: Record<string, number> = {}
  const counts: Record<string, number> = { claim: claims }
  for (const [type, share] of Object.entries(PER_THOUSAND)) {
    counts[type] = Math.max(1, Math.round((claims * share) / 1000))
  }
  let nodes = 0
  for (const [type, count] of Object.entries(counts)) {
    first[type] = nodes
    nodes += count
  }
  const types = new Uint8Array(nodes)
  Object.entries(counts).forEach(([type, count], i) =>
    types.fill(i, first[type]!, first[type]! + count)
  )
  const any = (type: string) => first[type]! + Math.floor(random() * counts[type]!)
  /** Few nodes have many: a garage that everybody drives to. */
  const skewed = (type: string) => first[type]! + Math.floor(random() ** 3 * counts[type]!)
  const most = Math.ceil(claims * 4.2)
  const from = new Uint32Array(most)
  const to = new Uint32Array(most)
  const kind = new Uint16Array(most)
  const day = new Int32Array(most)
  let edges = 0
  const link = (a: number, b: number, k: number) => {
    from[edges] = a
    to[edges] = b
    kind[edges] = k
    day[edges++] = 19_000 + Math.floor(random() * 1000)
  }
  for (let c = 0; c < claims; c++) {
    const claim = first.claim! + c
    link(claim, any('person'), 1)
    link(claim, any('vehicle'), 2)
    if (random() < 0.3) link(claim, skewed('garage'), 3)
  }
  for (let p = 0; p < counts.person!; p++) {
    const person = first.person! + p
    link(person, any('phone'), 4)
    if (random() < 0.7) link(person, any('account'), 5)
  }
  return {
    types,
    columns: {
      from: from.slice(0, edges),
      to: to.slice(0, edges),
      kind: kind.slice(0, edges),
      day: day.slice(0, edges),
    },
    claims: { first: first.claim!, count: claims },
  }
}
