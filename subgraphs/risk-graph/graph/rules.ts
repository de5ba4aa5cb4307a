/**
 * Rules of detection: versions, deciding about them, and what others would have found.
 */
import { type Proposal, versionsOf } from '../../kernel/four-eyes.ts'
import type { Judged } from '../detect/judge.ts'
import type { DryRun, RingPreview } from '../detect/rule-commands.ts'
import { RULE_KIND } from '../detect/version.ts'
import type { Interval } from '../investigate/quality.ts'
import { builder, entity, READ, resultOf } from './base.ts'

const state = builder.enumType('RiskRulesState', {
  values: ['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED'] as const,
})

const rules = builder.objectRef<Proposal>('RiskRules').implement({
  description: 'A version of the rules, drafted by one person, approved by another.',
  fields: (t) => ({
    version: t.int({ resolve: (row) => Number(row.version) }),
    state: t.field({ type: state, resolve: (row) => row.state }),
    body: t.field({
      type: 'JSON',
      description: 'threshold and rules: code, zh, en, when, weight, ramp.',
      resolve: (row) => JSON.parse(row.body),
    }),
    effectiveFrom: t.field({ type: 'Date', resolve: (row) => row.effectiveFrom }),
    draftedBy: t.exposeString('draftedBy'),
    decidedBy: t.exposeString('decidedBy', { nullable: true }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
})

const preview = builder.objectRef<RingPreview>('RiskRingPreview').implement({
  fields: (t) => ({
    members: t.field({
      type: [entity],
      resolve: ({ members }) => members.map((no) => ({ no })),
    }),
    score: t.exposeFloat('score'),
  }),
})

const interval = builder.objectRef<Interval>('RiskInterval').implement({
  description: 'With 95 % confidence (Wilson).',
  fields: (t) => ({
    low: t.float({ resolve: ([low]) => low }),
    high: t.float({ resolve: ([, high]) => high }),
  }),
})

const judged = builder.objectRef<Judged>('RiskJudged').implement({
  description:
    'Rings against the outcomes of closed cases. What no rules ever found has no case: the people drawn at random are for that.',
  fields: (t) => ({
    confirmed: t.exposeInt('confirmed', { description: 'Found, and confirmed by somebody.' }),
    unfounded: t.exposeInt('unfounded', { description: 'Found, and unfounded.' }),
    missed: t.exposeInt('missed', { description: 'Confirmed by somebody, and not found.' }),
    precision: t.exposeFloat('precision', { nullable: true }),
    precisionInterval: t.field({
      type: interval,
      nullable: true,
      resolve: (row) => row.precisionInterval,
    }),
    recall: t.exposeFloat('recall', { nullable: true, description: 'Of confirmed rings.' }),
    recallInterval: t.field({
      type: interval,
      nullable: true,
      resolve: (row) => row.recallInterval,
    }),
    sampleConfirmed: t.exposeInt('sampleConfirmed', {
      description: 'People drawn at random whose case was confirmed.',
    }),
    sampleFound: t.exposeInt('sampleFound', { description: 'Those of them who are in a ring.' }),
  }),
})

const dryRun = builder.objectRef<DryRun>('RiskDryRun').implement({
  description: 'What other rules would find in the record as it is. Nothing is kept.',
  fields: (t) => ({
    before: t.exposeInt('before', { description: 'Alerts by the rules in force.' }),
    after: t.exposeInt('after'),
    kept: t.exposeInt('kept', { description: 'Rings that both find.' }),
    added: t.field({ type: [preview], resolve: (run) => [...run.added] }),
    dropped: t.field({ type: [preview], resolve: (run) => [...run.dropped] }),
    judgedBefore: t.field({
      type: judged,
      description: 'The rules in force, by the outcomes of cases.',
      resolve: (run) => run.judgedBefore,
    }),
    judgedAfter: t.field({ type: judged, resolve: (run) => run.judgedAfter }),
  }),
})

const rulesResult = resultOf('RiskRulesResult', rules)
const dryRunResult = resultOf('RiskDryRunResult', dryRun)

const proposeInput = builder.inputType('ProposeRiskRulesInput', {
  fields: (t) => ({
    version: t.int({ required: true }),
    rules: t.field({ type: 'JSON', required: true }),
    effectiveFrom: t.field({ type: 'Date', required: true }),
  }),
})
const verdict = builder.enumType('RiskRulesVerdict', { values: ['APPROVED', 'REJECTED'] as const })
const decideInput = builder.inputType('DecideRiskRulesInput', {
  fields: (t) => ({
    version: t.int({ required: true }),
    verdict: t.field({ type: verdict, required: true }),
    reason: t.string({ description: 'Required for a rejection.' }),
  }),
})
const dryRunInput = builder.inputType('DryRunRiskRulesInput', {
  fields: (t) => ({ rules: t.field({ type: 'JSON', required: true }) }),
})

builder.queryField('riskRules', (t) =>
  t.field({
    type: [rules],
    ...READ,
    resolve: (_, __, { risk, actor }) => versionsOf(risk.db, actor.tenant, RULE_KIND),
  }))

builder.mutationFields((t) => ({
  proposeRiskRules: t.field({
    type: rulesResult,
    requiresScopes: [['risk:investigate']],
    args: { input: t.arg({ type: proposeInput, required: true }) },
    resolve: async (_, { input }, { risk, actor }) => {
      const { version, rules, effectiveFrom } = input
      const done = await risk.rules.propose(version, rules, effectiveFrom)
      if (!done.ok) return done
      const all = await versionsOf(risk.db, actor.tenant, RULE_KIND)
      return all.find((row) => row.version === done.value)!
    },
  }),
  decideRiskRules: t.field({
    type: rulesResult,
    description: 'Whoever drafted a version does not decide about it.',
    requiresScopes: [['risk:approve']],
    args: { input: t.arg({ type: decideInput, required: true }) },
    resolve: async (_, { input }, { risk }) => {
      const done = await risk.rules.decide(input.version, input.verdict, input.reason ?? '')
      return done.ok ? done.value : done
    },
  }),
  dryRunRiskRules: t.field({
    type: dryRunResult,
    requiresScopes: [['risk:investigate']],
    args: { input: t.arg({ type: dryRunInput, required: true }) },
    resolve: async (_, { input }, { risk }) => {
      const done = await risk.rules.dryRun(input.rules)
      return done.ok ? done.value : done
    },
  }),
}))
