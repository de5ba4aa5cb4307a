/**
 * Merkle trees: append-only, with proofs that a leaf is in a tree and that a tree grew out of another.
 *
 * @see RFC 9162, section 2.1
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { SHORT_MAX, shortSha256 } from './short-hash.ts'

export const HASH_BYTES = 32

const LEAF = 0x00
const NODE = 0x01

/** The hash of an empty tree. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array())

/** The hash of a leaf. Leaves and nodes are told apart, so that neither can pass for the other. */
export function leafHash(data: Uint8Array): Uint8Array {
  const input = new Uint8Array(data.length + 1)
  input[0] = LEAF
  input.set(data, 1)
  return input.length <= SHORT_MAX ? shortSha256(input) : sha256(input)
}

const pair = new Uint8Array(1 + 2 * HASH_BYTES)
pair[0] = NODE

/** The hash of a node over two others. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1)
  pair.set(right, 1 + HASH_BYTES)
  return shortSha256(pair)
}

/** A complete subtree: `2^level` leaves from `index × 2^level` on. */
export interface NodeAt {
  readonly level: number
  readonly index: number
}

/** Complete subtrees that make up a range of leaves, from left to right. */
export function nodesOf(from: number, to: number): NodeAt[] {
  const nodes: NodeAt[] = []
  while (from < to) {
    let level = 0
    while (from % 2 ** (level + 1) === 0 && from + 2 ** (level + 1) <= to) level += 1
    nodes.push({ level, index: from / 2 ** level })
    from += 2 ** level
  }
  return nodes
}

/** The largest power of two below `n`. */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

type Range = readonly [from: number, to: number]

/** The ranges whose hashes prove that a leaf is in a tree, from the leaf upwards. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const ranges: Range[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + split(to - from)
    if (index < middle) {
      ranges.push([middle, to])
      to = middle
    } else {
      ranges.push([from, middle])
      from = middle
    }
  }
  return ranges.reverse()
}

/** The ranges whose hashes prove that a tree of `size` grew out of one of `old` leaves. */
export function consistencyRanges(old: number, size: number): Range[] {
  if (!(old > 0 && old <= size)) throw new RangeError(`no proof from ${old} to ${size}`)
  const ranges: Range[] = []
  let [from, to] = [0, size]
  let whole = true
  while (old !== to) {
    const middle = from + split(to - from)
    if (old <= middle) {
      ranges.push([middle, to])
      to = middle
    } else {
      ranges.push([from, middle])
      from = middle
      whole = false
    }
  }
  if (!whole) ranges.push([from, to])
  return ranges.reverse()
}

/** The hash of a range from the hashes of its complete subtrees. */
export function foldNodes(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT
  let hash = hashes.at(-1)!
  for (let i = hashes.length - 2; i >= 0; i--) hash = nodeHash(hashes[i]!, hash)
  return hash
}

/** Gives complete subtrees by place. */
export type NodeSource = (at: NodeAt) => Uint8Array

/** The root of the first `size` leaves. */
export function rootOf(nodes: NodeSource, size: number): Uint8Array {
  return foldNodes(nodesOf(0, size).map(nodes))
}

/** The proof that a leaf is in a tree. @throws RangeError when there is no such leaf */
export function inclusionProof(nodes: NodeSource, index: number, size: number): Uint8Array[] {
  return inclusionRanges(index, size).map(([from, to]) => foldNodes(nodesOf(from, to).map(nodes)))
}

/** The proof that a tree grew out of another. @throws RangeError when it cannot have */
export function consistencyProof(nodes: NodeSource, old: number, size: number): Uint8Array[] {
  return consistencyRanges(old, size).map(([from, to]) => foldNodes(nodesOf(from, to).map(nodes)))
}

/** Whether a proof shows that a leaf is in the tree of a root. @see RFC 9162, section 2.1.3.2 */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) {
    return false
  }
  let [fn, sn] = [BigInt(index), BigInt(size - 1)]
  let hash = leaf
  for (const sibling of proof) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      hash = nodeHash(sibling, hash)
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else hash = nodeHash(hash, sibling)
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && isSame(hash, root)
}

/**
 * Whether a proof shows that a tree grew out of an older one. From an empty tree nothing is proved.
 *
 * @see RFC 9162, section 2.1.4.2
 */
export function verifyConsistency(
  old: number,
  size: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  root: Uint8Array,
): boolean {
  if (!isSize(old) || !isSize(size) || old === 0 || old > size) return false
  if (old === size) return proof.length === 0 && isSame(oldRoot, root)
  if (!areHashes([oldRoot, root, ...proof])) return false
  if (proof.length === 0) return false
  const path = Number.isInteger(Math.log2(old)) ? [oldRoot, ...proof] : [...proof]
  let [fn, sn] = [BigInt(old - 1), BigInt(size - 1)]
  while ((fn & 1n) === 1n) [fn, sn] = [fn >> 1n, sn >> 1n]
  let fr = path[0]!
  let sr = path[0]!
  for (const hash of path.slice(1)) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(hash, fr)
      sr = nodeHash(hash, sr)
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else sr = nodeHash(sr, hash)
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && isSame(fr, oldRoot) && isSame(sr, root)
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function areHashes(values: readonly Uint8Array[]): boolean {
  return values.every((value) => value.length === HASH_BYTES)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Grows by doubling. */
class HashList {
  #bytes: Uint8Array = new Uint8Array(64 * HASH_BYTES)
  length = 0

  push(hash: Uint8Array): void {
    const at = this.length * HASH_BYTES
    if (at === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes.set(hash, at)
    this.length += 1
  }

  at(index: number): Uint8Array {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`no node ${index}`)
    return this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }
}

/** A tree in memory. Every complete subtree keeps its hash, so that a proof hashes almost nothing. */
export class MerkleTree {
  readonly #levels: HashList[] = [new HashList()]

  get size(): number {
    return this.#levels[0]!.length
  }

  /** Adds a leaf by its hash. */
  append(leaf: Uint8Array): void {
    for (const { level, hash } of completed(this.size, leaf, (at) => this.node(at))) {
      ;(this.#levels[level] ??= new HashList()).push(hash)
    }
  }

  readonly node: NodeSource = ({ level, index }) => this.#levels[level]!.at(index)

  root(size = this.size): Uint8Array {
    return rootOf(this.node, size)
  }

  inclusion(index: number, size = this.size): Uint8Array[] {
    return inclusionProof(this.node, index, size)
  }

  consistency(old: number, size = this.size): Uint8Array[] {
    return consistencyProof(this.node, old, size)
  }
}

/** The subtrees that a leaf completes in a tree of `size` leaves, from the leaf upwards. */
export function* completed(
  size: number,
  leaf: Uint8Array,
  nodes: NodeSource,
): Generator<NodeAt & { readonly hash: Uint8Array }> {
  let hash = leaf
  let index = size
  yield { level: 0, index, hash }
  for (let level = 0; index % 2 === 1; level++) {
    hash = nodeHash(nodes({ level, index: index - 1 }), hash)
    index = (index - 1) / 2
    yield { level: level + 1, index, hash }
  }
}
