/**
 * Keeps decisions about two entities being one; a merge is a link that can be taken out again.
 */
import { canonicalJson, type CanonicalValue } from '../../kernel/canonical-json.ts'
import type { Instant } from '../../kernel/time.ts'
import { identitiesOf, insertIdentities, lastIdentity } from '../store/identity.ts'
import { insertEnd, insertLinks, lastEnd, lastLink, type RiskTx } from '../store/record.ts'

/** @property a the lower number of the two @property score from 0 to 1 */
export interface Decision {
  readonly a: number
  readonly b: number
  readonly verdict: 'SAME' | 'PROPOSED' | 'DIFFERENT'
  readonly method: string
  readonly score: number
  readonly evidence: Readonly<Record<string, CanonicalValue>>
}

/** Who decides, and when. @property over whether what was decided before is decided anew */
export interface Decider {
  readonly tenant: string
  readonly by: string
  readonly at: Instant
  readonly batch: string
  readonly over: boolean
}

/** Keeps what was not decided yet; answers how many were merged and how many were proposed. */
export async function keepDecisions(
  tx: RiskTx,
  decisions: readonly Decision[],
  { tenant, by, at, batch, over }: Decider,
): Promise<{ merged: number; proposed: number }> {
  const before = await identitiesOf(tx, tenant, decisions)
  let seq = ((await lastIdentity(tx, { tenant }))[0]?.seq ?? 0n) + 1n
  let link = ((await lastLink(tx, { tenant }))[0]?.no ?? -1n) + 1n
  let end = ((await lastEnd(tx, { tenant }))[0]?.seq ?? 0n) + 1n
  const links: unknown[][] = []
  const rows: unknown[][] = []
  const counts = { merged: 0, proposed: 0 }
  for (const { a, b, verdict, method, score, evidence } of decisions) {
    const known = before.get(`${a} ${b}`)
    if (known !== undefined && (!over || known.verdict === verdict)) continue
    if (known?.verdict === 'SAME' && verdict !== 'SAME') {
      await insertEnd(tx, { tenant, seq: end++, link: known.link_no!, at, by, reason: method })
    }
    const linkNo = verdict === 'SAME' ? link++ : null
    if (linkNo !== null) {
      links.push([tenant, linkNo, BigInt(a), BigInt(b), 0n, '', at, batch, 0n])
    }
    if (verdict === 'SAME') counts.merged += 1
    if (verdict === 'PROPOSED') counts.proposed += 1
    const points = BigInt(Math.round(score * 10_000))
    const text = canonicalJson(evidence)
    const [low, high] = [BigInt(a), BigInt(b)]
    rows.push([tenant, seq++, low, high, verdict, method, points, text, linkNo, by, at])
  }
  await insertLinks(tx, links)
  await insertIdentities(tx, rows)
  return counts
}
