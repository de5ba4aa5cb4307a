/**
 * Hash chains: one link per commit over everything that the commit wrote into the chain.
 *
 * A link that every unit updates collapses on PostgreSQL (66–81 a second measured), and costs a
 * statement more per unit on SQLite. So the units of one commit hand in their leaves and the last
 * step before the commit makes one link of them.
 *
 * `root = sha256(leaf ‖ leaf ‖ …)`, `hash = sha256(prev ‖ seq ‖ root)`, all as lower-case hex text.
 * A chain shows tampering to whoever holds a later head; it does not stop somebody who can rewrite
 * all of it, so publish heads elsewhere.
 */
import { createHash } from 'node:crypto'
import { type Reader, statement, type Tx } from './store.ts'
import { type CommitStep, commitStep } from './store/commit-group.ts'
import type { KernelTables } from './tables.ts'

/** The head of a chain that has no link yet. */
export const GENESIS = '0'.repeat(64)

/** sha256 of text as 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const NIBBLES = new Uint8Array(128)
for (const [i, digit] of Array.from('0123456789abcdef').entries()) {
  NIBBLES[digit.charCodeAt(0)] = i
}

/** The bytes of a hash. @param hex lower-case digits, two for each byte */
export function hashBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = NIBBLES[hex.charCodeAt(2 * i)]! << 4 | NIBBLES[hex.charCodeAt(2 * i + 1)]!
  }
  return bytes
}

/** Where a leaf lies: the link's number from 1, and its place among the link's leaves from 0. */
export interface LeafPlace {
  readonly link: bigint
  readonly index: bigint
}

/** The root over the leaves of one link, in order. */
export function rootOf(leaves: readonly string[]): string {
  return sha256Hex(leaves.join(''))
}

/** The hash of a link. */
export function linkHash(prev: string, seq: bigint, root: string): string {
  return sha256Hex(`${prev}${seq}${root}`)
}

const head = statement<KernelTables, { tenant: string; chain: string }>()((db, p) =>
  db.selectFrom('chain_link').select(['seq', 'hash'])
    .where('tenant_id', '=', p.tenant).where('chain', '=', p.chain)
    .orderBy('seq', 'desc').limit(1n)
)

const insertLink = statement<KernelTables, {
  tenant: string
  chain: string
  seq: bigint
  prev: string
  root: string
  hash: string
  leaves: bigint
}>()((db, p) =>
  db.insertInto('chain_link').values({
    tenant_id: p.tenant,
    chain: p.chain,
    seq: p.seq,
    prev_hash: p.prev,
    root: p.root,
    hash: p.hash,
    leaves: p.leaves,
  })
)

class LinkStep implements CommitStep {
  readonly leaves: string[] = []
  seq = 0n
  prev = GENESIS
  readonly #tenant: string
  readonly #chain: string

  constructor(tenant: string, chain: string) {
    this.#tenant = tenant
    this.#chain = chain
  }

  async run(tx: Tx<unknown>): Promise<void> {
    const root = rootOf(this.leaves)
    await insertLink(tx as unknown as Tx<KernelTables>, {
      tenant: this.#tenant,
      chain: this.#chain,
      seq: this.seq,
      prev: this.prev,
      root,
      hash: linkHash(this.prev, this.seq, root),
      leaves: BigInt(this.leaves.length),
    })
  }

  mark(): number {
    return this.leaves.length
  }

  rewind(mark: number): void {
    this.leaves.length = mark
  }
}

/**
 * Adds a leaf to the link that this commit will make, and answers where it will lie.
 *
 * On PostgreSQL the unit must run in a lane that all writers of this chain share.
 *
 * @param leaf 64 hex digits: the hash of what is to be protected
 */
export async function extendChain<Db extends KernelTables>(
  tx: Tx<Db>,
  tenant: string,
  chain: string,
  leaf: string,
): Promise<LeafPlace> {
  const key = `chain:${tenant}:${chain}`
  const step = commitStep(tx, key, () => new LinkStep(tenant, chain))
  if (step.seq === 0n) {
    const [last] = await head(tx as unknown as Tx<KernelTables>, { tenant, chain })
    step.seq = (last?.seq ?? 0n) + 1n
    step.prev = last?.hash ?? GENESIS
    // The unit may have ended meanwhile; a leaf without a row would break the chain.
    commitStep(tx, key, () => step)
  }
  step.leaves.push(leaf)
  return { link: step.seq, index: BigInt(step.leaves.length - 1) }
}

/** A link as stored. */
export type ChainLink = KernelTables['chain_link']

const links = statement<KernelTables, { tenant: string; chain: string }>()((db, p) =>
  db.selectFrom('chain_link').selectAll()
    .where('tenant_id', '=', p.tenant).where('chain', '=', p.chain).orderBy('seq')
)

/** All links of a chain by seq. For verification. */
export async function chainLinks<Db extends KernelTables>(
  db: Reader<Db>,
  chain: { tenant: string; chain: string },
): Promise<readonly ChainLink[]> {
  return await links(db as unknown as Reader<KernelTables>, chain)
}

/**
 * The first thing wrong with a chain, or undefined.
 *
 * @param links all links of one chain by seq
 * @param leaves per link seq, the leaves as recomputed from the rows they protect, by index
 */
export function firstBreak(
  links: readonly ChainLink[],
  leaves: ReadonlyMap<bigint, readonly string[]>,
): { seq: bigint; what: string } | undefined {
  let prev = GENESIS
  for (const [i, link] of links.entries()) {
    const seq = BigInt(i) + 1n
    if (link.seq !== seq) return { seq, what: 'link is missing' }
    if (link.prev_hash !== prev) return { seq, what: 'link does not follow the one before' }
    const found = leaves.get(seq) ?? []
    if (BigInt(found.length) !== link.leaves) return { seq, what: 'a record is missing or added' }
    if (rootOf(found) !== link.root) return { seq, what: 'a record was changed' }
    if (linkHash(prev, seq, link.root) !== link.hash) return { seq, what: 'link was changed' }
    prev = link.hash
  }
  const beyond = Array.from(leaves.keys()).find((seq) => seq < 1n || seq > BigInt(links.length))
  return beyond === undefined ? undefined : { seq: beyond, what: 'link is missing' }
}
