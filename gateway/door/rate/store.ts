/**
 * Where buckets are kept.
 */
import { type Decision, type Quota, takeUnits } from './gcra.ts'

/** One bucket that a request takes from. @property tenant empty for callers without one */
export interface Take {
  readonly tenant: string
  readonly key: string
  readonly quota: Quota
  readonly units: number
}

/** Takes from all buckets or from none; decisions are in the order of the takes. */
export interface RateStore {
  take(takes: readonly Take[], nowMs: number): Decision[] | Promise<Decision[]>
}

/** Decides about all takes; nothing is taken when one is refused. */
export function decideAll(
  takes: readonly Take[],
  fullAtMs: (take: Take) => number,
  nowMs: number,
): { readonly allowed: boolean; readonly decisions: Decision[] } {
  const decisions = takes.map((take) => takeUnits(fullAtMs(take), nowMs, take.units, take.quota))
  const allowed = decisions.every((decision) => decision.allowed)
  if (allowed) return { allowed, decisions }
  return {
    allowed,
    decisions: decisions.map((decision, index) =>
      decision.allowed
        ? takeUnits(fullAtMs(takes[index]!), nowMs, 0, takes[index]!.quota)
        : decision
    ),
  }
}

/** Buckets of this process. @param callers the most that are remembered */
export function processRates(callers: number): RateStore & { readonly size: number } {
  const buckets = new Map<string, number>()
  const keyOf = ({ tenant, key }: Take) => `${tenant}\n${key}`
  const makeRoom = (nowMs: number) => {
    if (buckets.size < callers) return
    for (const [key, fullAtMs] of buckets) {
      // A full bucket is as good as none.
      if (fullAtMs <= nowMs) buckets.delete(key)
    }
    // Then those that were used longest ago.
    for (const key of buckets.keys()) {
      if (buckets.size < callers) break
      buckets.delete(key)
    }
  }
  return {
    take(takes, nowMs) {
      const { allowed, decisions } = decideAll(
        takes,
        (each) => buckets.get(keyOf(each)) ?? 0,
        nowMs,
      )
      if (allowed) {
        takes.forEach((each, index) => {
          const key = keyOf(each)
          if (!buckets.delete(key)) makeRoom(nowMs)
          buckets.set(key, decisions[index]!.fullAtMs)
        })
      }
      return decisions
    },
    get size() {
      return buckets.size
    },
  }
}
