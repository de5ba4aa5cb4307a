/**
 * The numbers of a set of rules of detection, as a person changes them.
 */

export interface Condition {
  readonly feature: string
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Rule {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly when: readonly Condition[]
  readonly weight: number
}

export interface RuleSet {
  readonly threshold: number
  readonly rules: readonly Rule[]
}

/** Where in a set a number stands. Without `condition`, it is the rule's weight. */
export interface NumberAt {
  readonly rule: number
  readonly condition?: { readonly index: number; readonly bound: 'atLeast' | 'atMost' }
}

/** The set with another number in one place. */
export function withNumber(set: RuleSet, { rule, condition }: NumberAt, value: number): RuleSet {
  return {
    ...set,
    rules: set.rules.map((each, i) => {
      if (i !== rule) return each
      if (condition === undefined) return { ...each, weight: value }
      const when = each.when.map((one, at) =>
        at === condition.index ? { ...one, [condition.bound]: value } : one
      )
      return { ...each, when }
    }),
  }
}

/** The codes of rules whose numbers differ between two sets, and of those that only one has. */
export function changedRules(before: RuleSet, after: RuleSet): string[] {
  const text = ({ rules }: RuleSet) =>
    new Map(rules.map((rule) => [rule.code, JSON.stringify([rule.weight, rule.when])]))
  const [old, now] = [text(before), text(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((code) => old.get(code) !== now.get(code))
}
