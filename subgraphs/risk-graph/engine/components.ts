/**
 * Which nodes hang together.
 */
import type { Csr } from './csr.ts'

/** @property of per node the number of its component, from 0 by lowest node @property sizes per component */
export interface Components {
  readonly count: number
  readonly of: Uint32Array
  readonly sizes: Uint32Array
}

const UNSEEN = 0xffff_ffff

/** @param cut non-zero for nodes that connect nothing; each is a component of its own */
export function components(
  csr: Pick<Csr, 'nodes' | 'offsets' | 'targets'>,
  cut?: Uint8Array,
): Components {
  const { nodes, offsets, targets } = csr
  const of = new Uint32Array(nodes).fill(UNSEEN)
  const queue = new Uint32Array(nodes)
  const sizes: number[] = []
  for (let root = 0; root < nodes; root++) {
    if (of[root] !== UNSEEN) continue
    const number = sizes.length
    of[root] = number
    if (cut !== undefined && cut[root] !== 0) {
      sizes.push(1)
      continue
    }
    queue[0] = root
    let size = 1
    for (let read = 0; read < size; read++) {
      const node = queue[read]!
      const end = offsets[node + 1]!
      for (let i = offsets[node]!; i < end; i++) {
        const target = targets[i]!
        if (of[target] !== UNSEEN || (cut !== undefined && cut[target] !== 0)) continue
        of[target] = number
        queue[size++] = target
      }
    }
    sizes.push(size)
  }
  return { count: sizes.length, of, sizes: Uint32Array.from(sizes) }
}
