import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_ROOT,
  leafHash,
  MerkleTree,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from '../../../subgraphs/documents/evidence/merkle.ts'
import { hex } from '../../../subgraphs/documents/evidence/note.ts'
import { SHORT_MAX, shortSha256 } from '../../../subgraphs/documents/evidence/short-hash.ts'
import { DATA, HAS_DATA, WITHOUT_DATA } from '../fixtures/reports.ts'

const leafOf = (n: number) => leafHash(new TextEncoder().encode(`leaf ${n}`))

function treeOf(size: number): MerkleTree {
  const tree = new MerkleTree()
  for (let n = 0; n < size; n++) tree.append(leafOf(n))
  return tree
}

/** The root as the standard defines it, by recursion. @see RFC 9162, section 2.1.1 */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(rootByDefinition(leaves.slice(0, k)), rootByDefinition(leaves.slice(k)))
}

describe('the hash of short messages', () => {
  it('is SHA-256, at every length that it takes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: SHORT_MAX }), (message) => {
        expect(hex(shortSha256(message))).toBe(createHash('sha256').update(message).digest('hex'))
      }),
      { numRuns: 500 },
    )
    for (let length = 0; length <= SHORT_MAX; length++) {
      const message = new Uint8Array(length).fill(length)
      expect(hex(shortSha256(message))).toBe(createHash('sha256').update(message).digest('hex'))
    }
    expect(() => shortSha256(new Uint8Array(SHORT_MAX + 1))).toThrow(RangeError)
  })
})

describe('a tree', () => {
  it('has the root that the standard defines, at every size that it had', () => {
    const tree = treeOf(70)
    for (let size = 0; size <= 70; size++) {
      const leaves = Array.from({ length: size }, (_, n) => leafOf(n))
      expect(hex(tree.root(size))).toBe(hex(rootByDefinition(leaves)))
    }
  })

  it('proves every leaf at every size, and no other leaf or place', () => {
    const tree = treeOf(70)
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 70 }).chain((size) =>
        fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(69), fc.nat(size - 1))
      ),
      ([size, index, other, elsewhere]) => {
        const proof = tree.inclusion(index, size)
        const root = tree.root(size)
        expect(verifyInclusion(leafOf(index), index, size, proof, root)).toBe(true)
        if (other !== index) {
          expect(verifyInclusion(leafOf(other), index, size, proof, root)).toBe(false)
        }
        if (elsewhere !== index) {
          expect(verifyInclusion(leafOf(index), elsewhere, size, proof, root)).toBe(false)
        }
      },
    ))
  })

  it('proves that it grew out of each of its earlier selves, and out of no other', () => {
    const tree = treeOf(70)
    const changed = new MerkleTree()
    for (let n = 0; n < 70; n++) changed.append(leafOf(n === 3 ? 1000 : n))
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 70 }).chain((size) =>
        fc.tuple(fc.constant(size), fc.integer({ min: 1, max: size }))
      ),
      ([size, old]) => {
        const proof = tree.consistency(old, size)
        expect(verifyConsistency(old, size, proof, tree.root(old), tree.root(size))).toBe(true)
        const forged = changed.consistency(old, size)
        const grew = verifyConsistency(old, size, forged, tree.root(old), changed.root(size))
        // What changed is the fourth leaf: from before it, the other tree did grow out of this one.
        expect(grew).toBe(old <= 3)
      },
    ))
  })

  it('tells leaves and nodes apart: a node does not pass for a leaf', () => {
    const [a, b] = [leafOf(0), leafOf(1)]
    const tree = treeOf(2)
    const forged = leafHash(new Uint8Array([...a, ...b]))
    expect(hex(forged)).not.toBe(hex(tree.root()))
    expect(verifyInclusion(forged, 0, 1, [], tree.root())).toBe(false)
  })
})

interface Vector {
  readonly leafIdx?: number
  readonly treeSize?: number
  readonly size1?: number
  readonly size2?: number
  readonly root?: string
  readonly root1?: string
  readonly root2?: string
  readonly leafHash?: string
  readonly proof: readonly string[] | null
  readonly wantErr: boolean
}

function vectors(kind: string): [string, Vector][] {
  if (!HAS_DATA) return []
  const folder = join(DATA, 'merkle', kind)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector])
}

const bytes = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64'))

describe.skipIf(!HAS_DATA)(`the vectors of transparency-dev/merkle${WITHOUT_DATA}`, () => {
  it('inclusion: each is accepted or refused as it should be', () => {
    const all = vectors('inclusion')
    expect(all.length).toBe(98)
    const wrong = all.filter(([, v]) =>
      verifyInclusion(
        bytes(v.leafHash),
        v.leafIdx!,
        v.treeSize!,
        (v.proof ?? []).map(bytes),
        bytes(v.root),
      ) === v.wantErr
    )
    expect(wrong.map(([name]) => name)).toEqual([])
  })

  it('consistency: each is accepted or refused as it should be', () => {
    const all = vectors('consistency')
    expect(all.length).toBe(98)
    const wrong = all.filter(([, v]) =>
      verifyConsistency(
        v.size1!,
        v.size2!,
        (v.proof ?? []).map(bytes),
        bytes(v.root1),
        bytes(v.root2),
      ) === v.wantErr
    )
    expect(wrong.map(([name]) => name)).toEqual([])
  })
})
