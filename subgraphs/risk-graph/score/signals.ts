/**
 * What scoring needs of earlier work: the rules in force, what is usual, who is in which ring.
 *
 * Kept in memory, read again at once when this process changed it, and after half a minute where others
 * may have.
 */
import { dateOf, type Instant } from '../../kernel/time.ts'
import type { Baseline } from '../detect/features.ts'
import { findingOf } from '../detect/report.ts'
import { rulesInForce, type VersionedRules } from '../detect/version.ts'
import { alertsOfDetection, casesById, lastDetection } from '../store/alerts.ts'
import type { RiskReader } from '../store/record.ts'
import { type KnownRing, NO_BASELINE } from './score-claim.ts'

const FRESH_MS = 30_000
const PAGE = 500n

export interface Signals {
  readonly rules: VersionedRules | undefined
  readonly baseline: Baseline
  /** By the number of a person. */
  readonly rings: ReadonlyMap<number, KnownRing>
  /** The detection that these come from. */
  readonly detection: string | undefined
}

/** Signals of one tenant. */
export class SignalCache {
  readonly #db: RiskReader
  readonly #tenant: string
  #known: Promise<Signals> | undefined
  #readAt = 0

  constructor(db: RiskReader, tenant: string) {
    this.#db = db
    this.#tenant = tenant
  }

  /** Forgets, since a detection or an outcome changed something. */
  forget(): void {
    this.#known = undefined
  }

  /** @param now in epoch milliseconds */
  get(now: Instant): Promise<Signals> {
    const nowMs = Date.parse(now)
    if (this.#known === undefined || nowMs - this.#readAt > FRESH_MS || nowMs < this.#readAt) {
      this.#readAt = nowMs
      this.#known = this.#read(now)
      this.#known.catch(() => this.#known = undefined)
    }
    return this.#known
  }

  async #read(now: Instant): Promise<Signals> {
    const [db, tenant] = [this.#db, this.#tenant]
    const rules = await rulesInForce(db, tenant, dateOf(now))
    const [detection] = await lastDetection(db, { tenant })
    if (detection === undefined) {
      return { rules, baseline: NO_BASELINE, rings: new Map(), detection: undefined }
    }
    const rings = new Map<number, KnownRing>()
    let after = ''
    while (true) {
      const page = { tenant, detection: detection.id, after, limit: PAGE }
      const rows = await alertsOfDetection(db, page)
      const cases = await casesById(db, tenant, rows.map((row) => row.id))
      const outcomes = new Map(cases.map((row) => [row.id, row.outcome]))
      for (const row of rows) {
        const outcome = outcomes.get(row.id)
        // Somebody looked, and it was nothing.
        if (outcome === 'UNFOUNDED') continue
        const ring = {
          alert: row.id,
          score: Number(row.score) / 10_000,
          confirmed: outcome === 'CONFIRMED',
        }
        for (const { node } of findingOf(row).members) {
          const other = rings.get(node)
          if (other === undefined || other.score < ring.score) rings.set(node, ring)
        }
      }
      const last = rows.at(-1)
      if (last === undefined) break
      after = last.id
    }
    return { rules, baseline: JSON.parse(detection.baseline), rings, detection: detection.id }
  }
}
