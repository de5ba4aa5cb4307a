/**
 * Units in blocks: a process takes many at once from a shared store and hands them out itself, so that
 * most requests need no database.
 */
import type { Decision } from './gcra.ts'
import type { RateStore, Take } from './store.ts'

interface Block {
  left: number
  decision: Decision
  goneAtMs: number
}

/**
 * What a process holds when it ends is lost to its callers until it flows back: at most one block per
 * caller and process. A block that nobody used within its window is forgotten.
 *
 * @param units in a block; never more than a tenth of a quota
 */
export function inBlocks(shared: RateStore, units: number, callers: number): RateStore {
  const blocks = new Map<string, Block>()
  const keyOf = ({ tenant, key }: Take) => `${tenant}\n${key}`
  const keep = (take: Take, left: number, decision: Decision, nowMs: number) => {
    const key = keyOf(take)
    blocks.delete(key)
    if (left <= 0) return
    for (const oldest of blocks.keys()) {
      if (blocks.size < callers) break
      blocks.delete(oldest)
    }
    blocks.set(key, { left, decision, goneAtMs: nowMs + take.quota.windowMs })
  }
  return {
    async take(takes, nowMs) {
      const held = takes.map((take) => {
        const block = blocks.get(keyOf(take))
        return block !== undefined && block.goneAtMs > nowMs ? block : undefined
      })
      if (takes.every((take, index) => (held[index]?.left ?? 0) >= take.units)) {
        return held.map((block, index) => {
          block!.left -= takes[index]!.units
          return { ...block!.decision, remaining: block!.decision.remaining + block!.left }
        })
      }
      const asked = takes.map((take) => ({
        ...take,
        units: Math.max(take.units, Math.min(units, Math.floor(take.quota.units / 10))),
      }))
      const decisions = await shared.take(asked, nowMs)
      if (decisions.every(({ allowed }) => allowed)) {
        asked.forEach((each, index) => {
          const left = each.units - takes[index]!.units + (blocks.get(keyOf(each))?.left ?? 0)
          keep(each, left, decisions[index]!, nowMs)
        })
        return decisions
      }
      // There is no room for a block; perhaps there is for what is needed.
      return await shared.take(takes, nowMs)
    },
  }
}
