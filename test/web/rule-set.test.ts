import { expect, it } from 'vitest'
import { SHIPPED_RULES } from '../../subgraphs/risk-graph/detect/rules.ts'
import { changedRules, type RuleSet, withNumber } from '../../web/form/rule-set.ts'

const set: RuleSet = SHIPPED_RULES

it('a number is changed in its place, and the set that it came from is left as it was', () => {
  const before = JSON.stringify(set)
  const weighted = withNumber(set, { rule: 1 }, 0.123)
  expect(weighted.rules[1]!.weight).toBe(0.123)
  const bound = set.rules[0]!.when[0]!.atLeast === undefined ? 'atMost' : 'atLeast'
  const bounded = withNumber(set, { rule: 0, condition: { index: 0, bound } }, 77)
  expect(bounded.rules[0]!.when[0]![bound]).toBe(77)
  expect(JSON.stringify(set)).toBe(before)
  expect(changedRules(set, set)).toEqual([])
  expect(changedRules(set, weighted)).toEqual([set.rules[1]!.code])
  expect(changedRules(set, { ...set, rules: set.rules.slice(1) })).toEqual([set.rules[0]!.code])
})
