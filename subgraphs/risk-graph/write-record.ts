/**
 * Writes entities and links into the record: each once, in one unit of work.
 */
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Refusal, refuse } from '../kernel/result.ts'
import type { Instant } from '../kernel/time.ts'
import type { EntityDraft, LinkDraft } from './record.ts'
import {
  insertEntities,
  insertLinks,
  kindNumbers,
  lastEntity,
  lastLink,
  openLinks,
  type RiskTx,
  versionsById,
} from './store/record.ts'

/** A draft and where it came from. @property line 0 when it came from no file */
export interface Sourced<Draft> {
  readonly line: number
  readonly draft: Draft
}

/** What is to be written. @property batch the load or command that it comes with */
export interface RecordBatch {
  readonly tenant: string
  readonly batch: string
  readonly at: Instant
  readonly entities: readonly Sourced<EntityDraft>[]
  readonly links: readonly Sourced<LinkDraft>[]
}

export type WriteCode = 'ENDPOINT_UNKNOWN' | 'TYPE_CONFLICT'

/** What became of a batch. @property changed entities that are told otherwise than before */
export interface Written {
  readonly entities: number
  readonly changed: number
  readonly links: number
  readonly repeated: number
  readonly faults: readonly { readonly line: number; readonly refusal: Refusal<WriteCode> }[]
  /** The links of the batch that hold, in their order. */
  readonly held: readonly {
    readonly no: bigint
    readonly from: bigint
    readonly to: bigint
    readonly kind: bigint
  }[]
  /** Numbers of the entities of the batch, by id. */
  readonly nos: ReadonlyMap<string, bigint>
}

interface Known {
  readonly no: bigint
  readonly type: string
  version: bigint
  name: string
  attributes: string
}

/**
 * Writes what is not there yet; what is broken harms nothing else.
 *
 * @param numberOf finds entities that are surely there without asking the database
 */
export async function writeRecord(
  tx: RiskTx,
  batch: RecordBatch,
  numberOf: (id: string) => number | undefined,
): Promise<Written> {
  const { tenant, at } = batch
  const faults: { line: number; refusal: Refusal<WriteCode> }[] = []
  const wanted = new Set(batch.entities.map(({ draft }) => draft.id))
  for (const { draft } of batch.links) {
    for (const id of [draft.from, draft.to]) if (numberOf(id) === undefined) wanted.add(id)
  }
  const known = new Map<string, Known>()
  for (const row of await versionsById(tx, Array.from(wanted, (id) => [tenant, id]))) {
    const other = known.get(row.id)
    if (other === undefined || other.version < row.version) known.set(row.id, { ...row })
  }

  let repeated = 0
  let changed = 0
  let entities = 0
  let next = ((await lastEntity(tx, { tenant }))[0]?.no ?? -1n) + 1n
  const rows: unknown[][] = []
  for (const { line, draft } of batch.entities) {
    const before = known.get(draft.id)
    const attributes = canonicalJson(draft.attributes)
    if (before !== undefined && before.type !== draft.type) {
      const message = `${draft.id} is a ${before.type} already.`
      faults.push({ line, refusal: refuse('TYPE_CONFLICT', message, '/type') })
      continue
    }
    if (before !== undefined && before.name === draft.name && before.attributes === attributes) {
      repeated += 1
      continue
    }
    const no = before?.no ?? next++
    const version = (before?.version ?? 0n) + 1n
    if (before === undefined) entities += 1
    else changed += 1
    known.set(draft.id, { no, version, type: draft.type, name: draft.name, attributes })
    rows.push([tenant, no, version, draft.id, draft.type, draft.name, attributes, at, batch.batch])
  }
  await insertEntities(tx, rows)

  const kinds = await kindNumbers(tx, tenant, new Set(batch.links.map(({ draft }) => draft.kind)))
  const links: { key: string; row: readonly [bigint, bigint, bigint, string]; line: number }[] = []
  for (const { line, draft } of batch.links) {
    const [from, to] = [draft.from, draft.to].map((id) => {
      const no = numberOf(id)
      return no === undefined ? known.get(id)?.no : BigInt(no)
    })
    if (from === undefined || to === undefined) {
      const [id, place] = from === undefined ? [draft.from, '/from'] : [draft.to, '/to']
      const message = `There is no entity ${id}.`
      faults.push({ line, refusal: refuse('ENDPOINT_UNKNOWN', message, place) })
      continue
    }
    const row = [from, to, kinds.get(draft.kind)!, draft.on ?? ''] as const
    links.push({ key: row.join(' '), row, line })
  }
  const open = new Map<string, bigint>()
  for (const l of await openLinks(tx, links.map(({ row }) => [tenant, ...row]))) {
    open.set([l.from_no, l.to_no, l.kind, l.valid_on].join(' '), l.no)
  }
  let nextLink = ((await lastLink(tx, { tenant }))[0]?.no ?? -1n) + 1n
  const linkRows: unknown[][] = []
  const held: { no: bigint; from: bigint; to: bigint; kind: bigint }[] = []
  for (const { key, row, line } of links) {
    const [from, to, kind] = row
    const before = open.get(key)
    held.push({ no: before ?? nextLink, from, to, kind })
    if (before !== undefined) {
      repeated += 1
      continue
    }
    open.set(key, nextLink)
    linkRows.push([tenant, nextLink++, ...row, at, batch.batch, BigInt(line)])
  }
  await insertLinks(tx, linkRows)
  const nos = new Map(Array.from(known, ([id, { no }]) => [id, no]))
  return { entities, changed, links: linkRows.length, repeated, faults, held, nos }
}
