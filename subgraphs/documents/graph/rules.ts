/**
 * The rules that statements are held to, in the schema.
 */
import { badInput } from '../../kernel/builder.ts'
import type { Proposal } from '../../kernel/four-eyes.ts'
import { refuse } from '../../kernel/result.ts'
import { decideRules, proposeRules, ruleVersions } from '../rule-version.ts'
import { APPROVE, builder, READ, refusals, REVIEW } from './base.ts'
import { unwrapped } from './operations.ts'

const { resultOf } = refusals(
  'ReviewRulesRefusal',
  'Why rules were not changed. Codes: subgraphs/documents/README.md and subgraphs/kernel/README.md.',
)

const rules = builder.objectRef<Proposal>('ReviewRules').implement({
  description: 'A version of the rules of the checks, as data.',
  fields: (t) => ({
    version: t.int({ resolve: (row) => Number(row.version) }),
    state: t.exposeString('state', { description: 'SUBMITTED, APPROVED or REJECTED.' }),
    body: t.field({
      type: 'JSON',
      description:
        '{statements: [{name, scope, total, parts: [{weight, item}], tolerance}], sections, checks: ' +
        '{severities, words, laws, rates, mentions, typoEvidence}}; a part of checks that is absent ' +
        'is as it ships',
      resolve: (row) => JSON.parse(row.body),
    }),
    draftedBy: t.exposeString('draftedBy'),
    decidedBy: t.exposeString('decidedBy', { nullable: true }),
    reason: t.exposeString('reason', { nullable: true }),
    effectiveFrom: t.field({ type: 'Date', resolve: (row) => row.effectiveFrom }),
  }),
})

builder.queryField('reviewRules', (t) =>
  t.field({
    type: [rules],
    description: 'All versions, oldest first.',
    ...READ,
    listSize: { assumedSize: 5 },
    resolve: (_, __, { actor, documents }) => ruleVersions(documents.db, actor.tenant),
  }))

const proposeInput = builder.inputType('ProposeReviewRulesInput', {
  fields: (t) => ({
    body: t.field({ type: 'JSON', required: true }),
    effectiveFrom: t.field({ type: 'Date', required: true }),
  }),
})
const decideInput = builder.inputType('DecideReviewRulesInput', {
  fields: (t) => ({
    version: t.int({ required: true }),
    approve: t.boolean({ required: true }),
    reason: t.string({ description: 'Required to reject.' }),
  }),
})

const result = resultOf('ReviewRulesResult', rules)

builder.mutationFields((t) => ({
  proposeReviewRules: t.field({
    type: result,
    ...REVIEW,
    args: { input: t.arg({ type: proposeInput, required: true }) },
    resolve: async (_, { input: { body, effectiveFrom } }, { actor, documents }) =>
      unwrapped(await proposeRules(documents.store, documents.ports, actor, body, effectiveFrom)),
  }),
  decideReviewRules: t.field({
    type: result,
    description: 'Somebody else approves or rejects what was proposed.',
    ...APPROVE,
    args: { input: t.arg({ type: decideInput, required: true }) },
    resolve: async (_, { input: { version, approve, reason } }, { actor, documents }) => {
      const text = reason ?? ''
      if (text.length > 1000 || !text.isWellFormed() || text.includes('\0')) {
        throw badInput(refuse('REASON_MISSING', 'A reason is text.', '/input/reason'))
      }
      const verdict = approve ? 'APPROVED' : 'REJECTED'
      return unwrapped(
        await decideRules(documents.store, documents.ports, actor, version, verdict, text),
      )
    },
  }),
}))
