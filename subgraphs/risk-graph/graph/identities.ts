/**
 * Which entities are one: what was found, what was decided, and deciding it otherwise.
 */
import { PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import { identitiesByVerdict, identitiesOf, type IdentityRow } from '../store/identity.ts'
import { builder, connection, entity, namesOf, READ, resultOf } from './base.ts'

const verdict = builder.enumType('RiskIdentityVerdict', {
  values: {
    SAME: { description: 'Merged: walks count the step between the two as none.' },
    PROPOSED: { description: 'Alike, not alike enough: a person decides.' },
    DIFFERENT: { description: 'A person said that they are two.' },
  } as const,
})

const identity = builder.objectRef<IdentityRow>('RiskIdentity').implement({
  description: 'What holds of two entities being one (实体归并).',
  fields: (t) => ({
    a: t.field({ type: entity, resolve: (row) => ({ no: Number(row.a_no) }) }),
    b: t.field({ type: entity, resolve: (row) => ({ no: Number(row.b_no) }) }),
    verdict: t.field({ type: verdict, resolve: (row) => row.verdict as 'SAME' }),
    method: t.exposeString('method'),
    score: t.float({ description: '0 to 1.', resolve: (row) => Number(row.score) / 10_000 }),
    evidence: t.field({
      type: 'JSON',
      description: 'What agrees; the key itself is masked.',
      resolve: (row) => masked(JSON.parse(row.evidence)),
    }),
    decidedBy: t.exposeString('decided_by'),
    decidedAt: t.field({ type: 'DateTime', resolve: (row) => row.decided_at }),
  }),
})

/** Keys are numbers of people and of what is theirs. */
function masked(evidence: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return typeof evidence.key === 'string'
    ? { ...evidence, key: `***${evidence.key.slice(-2)}` }
    : evidence
}

const identityResult = resultOf('RiskIdentityResult', identity)
const decideInput = builder.inputType('DecideRiskIdentityInput', {
  fields: (t) => ({
    a: t.id({ required: true }),
    b: t.id({ required: true }),
    same: t.boolean({ required: true }),
    reason: t.string({ required: true }),
  }),
})

builder.queryField('riskIdentities', (t) =>
  t.field({
    type: connection('RiskIdentity', identity),
    description: 'Newest first.',
    ...READ,
    ...PAGE_SIZE,
    args: {
      verdict: t.arg({ type: verdict, required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    resolve: async (_, args, context) => {
      const page = readPageArgs(args)
      await namesOf(context)
      const rows = await identitiesByVerdict(context.risk.db, {
        tenant: context.actor.tenant,
        verdict: args.verdict,
        before: /^\d+$/.test(page.after ?? '') ? BigInt(page.after!) : 2n ** 62n,
        limit: BigInt(page.limit + 1),
      })
      return pageOf(rows, page.limit, (row) => String(row.seq))
    },
  }))

builder.mutationField('decideRiskIdentity', (t) =>
  t.field({
    type: identityResult,
    description: 'Merges two entities or takes a merge back, over whatever was found before.',
    requiresScopes: [['risk:investigate']],
    args: { input: t.arg({ type: decideInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const done = await context.risk.commands.decideIdentity(input)
      if (!done.ok) return done
      const { a, b } = done.value
      const found = await identitiesOf(context.risk.db, context.actor.tenant, [{ a, b }])
      return found.get(`${a} ${b}`)!
    },
  }))
