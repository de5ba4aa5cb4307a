/**
 * Rules of detection: data with versions, under four eyes.
 *
 * A rule holds when all its conditions do; it then adds its weight, less where its ramp says that the
 * case is a weak one. A group's score is the chance that at least one rule is right, if each were
 * right by its part and none knew of the others: 1 − ∏(1 − part).
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type Feature, FEATURES, type Features } from './features.ts'

export interface Condition {
  readonly feature: Feature
  readonly atLeast?: number
  readonly atMost?: number
}

/** @property weight 0 to 1 @property ramp the part grows from nothing at `from` to the weight at `to` */
export interface Rule {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly when: readonly Condition[]
  readonly weight: number
  readonly ramp?: { readonly feature: Feature; readonly from: number; readonly to: number }
}

/** @property threshold the score from which a group is an alert */
export interface RuleSet {
  readonly threshold: number
  readonly rules: readonly Rule[]
}

/** What a rule added to a score. */
export interface Part {
  readonly rule: string
  readonly part: number
  readonly because: Readonly<Partial<Record<Feature, number>>>
}

/** Scores a group; parts by rule, largest first. */
export function scoreOf(
  features: Features,
  rules: readonly Rule[],
): { score: number; parts: Part[] } {
  const parts: Part[] = []
  for (const { code, when, weight, ramp } of rules) {
    const holds = when.every(({ feature, atLeast, atMost }) =>
      (atLeast === undefined || features[feature] >= atLeast) &&
      (atMost === undefined || features[feature] <= atMost)
    )
    if (!holds) continue
    const strength = ramp === undefined
      ? 1
      : Math.min(1, Math.max(0, (features[ramp.feature] - ramp.from) / (ramp.to - ramp.from)))
    const part = round(weight * strength)
    if (part <= 0) continue
    const read = [...when.map(({ feature }) => feature), ...(ramp ? [ramp.feature] : [])]
    parts.push({
      rule: code,
      part,
      because: Object.fromEntries(read.map((feature) => [feature, round(features[feature])])),
    })
  }
  parts.sort((a, b) => b.part - a.part || (a.rule < b.rule ? -1 : 1))
  return { score: round(1 - parts.reduce((rest, { part }) => rest * (1 - part), 1)), parts }
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

export type RuleCode = 'RULE_MALFORMED'

/** Reads a set of rules. */
export function checkRules(body: unknown): Result<RuleSet, RuleCode> {
  const bad = (place: string, why: string) => refuse('RULE_MALFORMED', why, place)
  const { threshold, rules } = (body ?? {}) as Partial<Record<keyof RuleSet, unknown>>
  if (!isShare(threshold)) return bad('/threshold', 'A threshold is from 0 to 1.')
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > 50) {
    return bad('/rules', 'There are 1 to 50 rules.')
  }
  const codes = new Set<string>()
  for (const [i, rule] of rules.entries()) {
    const place = `/rules/${i}`
    if (typeof rule !== 'object' || rule === null) return bad(place, 'A rule is an object.')
    const { code, zh, en, when, weight, ramp } = rule as Partial<Record<keyof Rule, unknown>>
    if (typeof code !== 'string' || !/^[a-z][a-z0-9-]{1,39}$/.test(code) || codes.has(code)) {
      return bad(`${place}/code`, 'A code is a short lower-case name, once.')
    }
    codes.add(code)
    if (typeof zh !== 'string' || typeof en !== 'string') {
      return bad(place, 'A rule says in Chinese and English what it is.')
    }
    if (!isShare(weight)) return bad(`${place}/weight`, 'A weight is from 0 to 1.')
    if (!Array.isArray(when) || when.length === 0 || !when.every(isCondition)) {
      return bad(`${place}/when`, `A condition has a feature (${FEATURES.join(', ')}) and a bound.`)
    }
    if (ramp !== undefined && !isRamp(ramp)) {
      return bad(`${place}/ramp`, 'A ramp has a feature, from and a larger to.')
    }
  }
  return ok({ threshold, rules: rules as Rule[] })
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function isFeature(value: unknown): value is Feature {
  return FEATURES.includes(value as Feature)
}

function isCondition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { feature, atLeast, atMost } = value as Partial<Record<keyof Condition, unknown>>
  return isFeature(feature) && (atLeast !== undefined || atMost !== undefined) &&
    [atLeast, atMost].every((bound) => bound === undefined || Number.isFinite(bound))
}

function isRamp(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { feature, from, to } = value as Record<string, unknown>
  return isFeature(feature) && Number.isFinite(from) && Number.isFinite(to) &&
    (from as number) < (to as number)
}

/** Version 1, as it ships. Tuned on development seeds of the simulator; see README.md for what that is worth. */
export const SHIPPED_RULES: RuleSet = {
  threshold: 0.5,
  rules: [
    {
      code: 'repeated-parties',
      zh: '同一批人多次出现在同一赔案',
      en: 'The same people meet in claim after claim.',
      when: [{ feature: 'repeatedPairs', atLeast: 1 }, { feature: 'homes', atLeast: 3 }],
      weight: 0.7,
      ramp: { feature: 'repeatedPairs', from: 0, to: 3 },
    },
    {
      code: 'shared-account',
      zh: '无亲属关系的多人使用同一收款账户',
      en: 'People of different homes are paid to one account.',
      when: [
        { feature: 'accountHomes', atLeast: 3 },
        { feature: 'accountSurprise', atLeast: 1.5 },
        { feature: 'activeShare', atLeast: 0.6 },
      ],
      weight: 0.8,
      ramp: { feature: 'accountHomes', from: 1, to: 4 },
    },
    {
      code: 'shared-device',
      zh: '无亲属关系的多人使用同一设备',
      en: 'People of different homes use one device.',
      when: [{ feature: 'deviceHomes', atLeast: 3 }, { feature: 'deviceSurprise', atLeast: 1.5 }, {
        feature: 'activeShare',
        atLeast: 0.6,
      }],
      weight: 0.75,
      ramp: { feature: 'deviceHomes', from: 1, to: 4 },
    },
    {
      code: 'shared-phone',
      zh: '无亲属关系的多人使用同一电话',
      en: 'People of different homes use one phone.',
      when: [{ feature: 'phoneHomes', atLeast: 3 }, { feature: 'phoneSurprise', atLeast: 1.5 }, {
        feature: 'activeShare',
        atLeast: 0.6,
      }],
      // Alone it is not enough: a broker with few customers looks the same.
      weight: 0.48,
      ramp: { feature: 'phoneHomes', from: 1, to: 4 },
    },
    {
      code: 'exchanged-cars',
      zh: '多人轮换使用同一车辆出险',
      en: 'People of different homes have claims with one car.',
      when: [
        { feature: 'vehicleHomes', atLeast: 3 },
        { feature: 'vehicleSurprise', atLeast: 1.5 },
        { feature: 'activeShare', atLeast: 0.6 },
      ],
      weight: 0.6,
      ramp: { feature: 'vehicleHomes', from: 1, to: 4 },
    },
    {
      code: 'many-kinds',
      zh: '多种关联相互印证',
      en: 'Evidence of several kinds agrees.',
      when: [{ feature: 'kinds', atLeast: 2 }, { feature: 'activeShare', atLeast: 0.6 }],
      weight: 0.5,
      ramp: { feature: 'kinds', from: 1, to: 3 },
    },
    {
      code: 'dense',
      zh: '关系密集成环',
      en: 'The group is closed: there is more than one way between its people.',
      when: [{ feature: 'cycles', atLeast: 1 }, { feature: 'things', atLeast: 2 }],
      weight: 0.45,
      ramp: { feature: 'cycles', from: 0, to: 4 },
    },
    {
      code: 'chain',
      zh: '链式关联',
      en: 'Each is linked with the next by another thing.',
      when: [
        { feature: 'size', atLeast: 4 },
        { feature: 'things', atLeast: 3 },
        { feature: 'activeShare', atLeast: 0.8 },
      ],
      weight: 0.6,
      ramp: { feature: 'things', from: 1, to: 4 },
    },
    {
      code: 'circle',
      zh: '陌生人多案循环往来',
      en: 'Strangers close small circles, each time by another claim.',
      when: [
        { feature: 'circles', atLeast: 3 },
        { feature: 'homes', atLeast: 3 },
      ],
      weight: 0.65,
      ramp: { feature: 'circles', from: 1, to: 5 },
    },
    {
      code: 'rare-circle',
      zh: '全书罕见的闭环',
      en: 'Strangers close a circle where chance closes hardly any in the whole book.',
      when: [
        { feature: 'circles', atLeast: 3 },
        { feature: 'homes', atLeast: 3 },
        { feature: 'circleSurprise', atLeast: 0.5 },
      ],
      weight: 0.4,
    },
    {
      code: 'claim-rate',
      zh: '出险频率异常',
      en: 'There are more claims than such people have.',
      when: [{ feature: 'claimSurprise', atLeast: 1.3 }],
      weight: 0.35,
      ramp: { feature: 'claimSurprise', from: 0.5, to: 5 },
    },
    {
      code: 'burst',
      zh: '共用标识的赔案时间集中',
      en: 'The claims that name what people of different homes share are close together in time.',
      when: [
        { feature: 'burstSurprise', atLeast: 1 },
        { feature: 'homes', atLeast: 3 },
        { feature: 'activeShare', atLeast: 0.6 },
      ],
      weight: 0.35,
      ramp: { feature: 'burstSurprise', from: 0, to: 3 },
    },
    {
      code: 'garage',
      zh: '修理厂集中',
      en: 'One garage has more of the claims than its share.',
      when: [{ feature: 'garageSurprise', atLeast: 2 }],
      weight: 0.4,
      ramp: { feature: 'garageSurprise', from: 1, to: 5 },
    },
  ],
}
