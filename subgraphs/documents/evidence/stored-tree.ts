/**
 * The tree over all events of a tenant as it is stored: nodes by the chunk, and its leaves.
 */
import type { DocumentsReader, DocumentsTx } from '../store/review.ts'
import {
  deletePending,
  insertLeaves,
  lastLeaf,
  nodeChunk,
  nodeHashes,
  pendingOf,
  putNodeChunk,
} from '../store/evidence.ts'
import {
  foldNodes,
  HASH_BYTES,
  inclusionRanges,
  leafHash,
  type NodeAt,
  nodeHash,
  nodesOf,
} from './merkle.ts'
import { bytesOfHex } from './note.ts'

/** Leaves of one transaction: others are let in between. */
const SEAL_MAX = 2_000n
const CHUNK = 256

/** Makes leaves of events that wait. @returns whether there may be more */
export async function growTree(
  tx: DocumentsTx,
  tenant: string,
): Promise<{ size: number; root: Uint8Array; waiting: boolean }> {
  const pending = await pendingOf(tx, { tenant, limit: SEAL_MAX })
  const [last] = await lastLeaf(tx, { tenant })
  const from = last === undefined ? 0 : Number(last.leaf) + 1
  const nodes = new Nodes(tx, tenant)
  await insertLeaves(
    tx,
    pending.map(({ case_id, seq }, i) => [tenant, BigInt(from + i), case_id, seq]),
  )
  for (const [i, { hash }] of pending.entries()) {
    let node = leafHash(bytesOfHex(hash))
    let index = from + i
    await nodes.put({ level: 0, index }, node)
    for (let level = 0; index % 2 === 1; level++) {
      node = nodeHash(await nodes.at({ level, index: index - 1 }), node)
      index = (index - 1) / 2
      await nodes.put({ level: level + 1, index }, node)
    }
  }
  for (const { level, chunk, bytes } of nodes.changed()) {
    await putNodeChunk(tx, { tenant, level: BigInt(level), chunk: BigInt(chunk), bytes })
  }
  const end = pending.at(-1)
  if (end !== undefined) await deletePending(tx, { tenant, upTo: end.at_seq })
  const size = from + pending.length
  const waiting = BigInt(pending.length) === SEAL_MAX
  return { size, root: await nodes.range(0, size), waiting }
}

/** Nodes of a tenant's tree, read by the chunk. */
export class Nodes {
  readonly #db: DocumentsReader
  readonly #tenant: string
  readonly #chunks = new Map<
    string,
    { level: number; chunk: number; bytes: Uint8Array; changed: boolean }
  >()

  constructor(db: DocumentsReader, tenant: string) {
    this.#db = db
    this.#tenant = tenant
  }

  async at({ level, index }: NodeAt): Promise<Uint8Array> {
    const { bytes } = await this.#chunk(level, Math.floor(index / CHUNK))
    const from = index % CHUNK * HASH_BYTES
    return bytes.slice(from, from + HASH_BYTES)
  }

  async put({ level, index }: NodeAt, hash: Uint8Array): Promise<void> {
    const chunk = await this.#chunk(level, Math.floor(index / CHUNK))
    chunk.bytes.set(hash, index % CHUNK * HASH_BYTES)
    chunk.changed = true
  }

  /** The hash of a range of leaves. */
  async range(from: number, to: number): Promise<Uint8Array> {
    const hashes = []
    for (const node of nodesOf(from, to)) hashes.push(await this.at(node))
    return foldNodes(hashes)
  }

  changed() {
    return Array.from(this.#chunks.values()).filter(({ changed }) => changed)
  }

  async #chunk(level: number, chunk: number) {
    const key = `${level}:${chunk}`
    let found = this.#chunks.get(key)
    if (found === undefined) {
      const [row] = await nodeChunk(this.#db, {
        tenant: this.#tenant,
        level: BigInt(level),
        chunk: BigInt(chunk),
      })
      const bytes = new Uint8Array(CHUNK * HASH_BYTES)
      if (row !== undefined) bytes.set(row.bytes)
      this.#chunks.set(key, found = { level, chunk, bytes, changed: false })
    }
    return found
  }
}

/** Proofs of leaves. What they need of the tree is read together, hash by hash. */
export async function proofsAt(
  db: DocumentsReader,
  tenant: string,
  leaves: readonly number[],
  size: number,
): Promise<Uint8Array[][]> {
  const keyOf = (level: number | bigint, chunk: number | bigint, offset: number | bigint) =>
    `${level}:${chunk}:${offset}`
  const needed = new Map<string, readonly [string, bigint, bigint, bigint]>()
  const placeOf = ({ level, index }: NodeAt) => {
    const chunk = Math.floor(index / CHUNK)
    return { level, chunk, offset: index % CHUNK * HASH_BYTES + 1 }
  }
  const ranges = leaves.map((leaf) =>
    inclusionRanges(leaf, size).map(([from, to]) => nodesOf(from, to))
  )
  for (const node of ranges.flat(2)) {
    const { level, chunk, offset } = placeOf(node)
    const row = [tenant, BigInt(level), BigInt(chunk), BigInt(offset)] as const
    needed.set(keyOf(level, chunk, offset), row)
  }
  const rows = await nodeHashes(db, [...needed.values()])
  const hashes = new Map(
    rows.map(({ level, chunk, offset, hash }) => [keyOf(level, chunk, offset), hash]),
  )
  const hashAt = (node: NodeAt) => {
    const { level, chunk, offset } = placeOf(node)
    const hash = hashes.get(keyOf(level, chunk, offset))
    if (hash?.length !== HASH_BYTES) throw new Error(`the tree has no node ${level}:${node.index}`)
    return hash
  }
  return ranges.map((proof) => proof.map((nodes) => foldNodes(nodes.map(hashAt))))
}
