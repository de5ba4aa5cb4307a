/**
 * Scores of claims while they are open.
 */
import type { Band, ClaimScore } from '../score/score-claim.ts'
import type { ScoreRow } from '../store/scores.ts'
import { scoresOfClaims } from '../store/scores.ts'
import { loadMany } from '../../kernel/batch.ts'
import { entityType } from './entities.ts'
import { alert, findAlert, part } from './alerts.ts'
import { builder, entity, findLink, link, resultOf, type RiskContext } from './base.ts'

const band = builder.enumType('RiskBand', {
  values: {
    PASS: { description: '正常赔付' },
    REVIEW: { description: '人工复核' },
    INVESTIGATE: { description: '转调查' },
  } as const,
})

export const scoresOfClaim = loadMany(
  ({ risk, actor }: RiskContext, nos: readonly string[]) =>
    scoresOfClaims(risk.db, actor.tenant, nos.map(BigInt)),
  (row) => String(row.claim_no),
)

const bodies = new WeakMap<ScoreRow, ClaimScore>()
function body(row: ScoreRow): ClaimScore {
  let known = bodies.get(row)
  if (known === undefined) {
    known = JSON.parse(row.body) as ClaimScore
    bodies.set(row, known)
  }
  return known
}

export const score = builder.objectRef<ScoreRow>('RiskScore').implement({
  description: 'A score that was given to a claim, with its reasons.',
  fields: (t) => ({
    id: t.exposeID('id'),
    claim: t.field({ type: entity, resolve: (row) => ({ no: Number(row.claim_no) }) }),
    score: t.float({ description: '0 to 1.', resolve: (row) => Number(row.score) / 10_000 }),
    band: t.field({ type: band, resolve: (row) => body(row).band as Band }),
    parts: t.field({
      type: [part],
      description: 'By rule, largest first; known-ring is a ring found earlier.',
      resolve: (row) => [...body(row).parts],
    }),
    ruleVersion: t.int({ resolve: (row) => Number(row.rule_version) }),
    people: t.field({
      type: [entity],
      description: 'Whose ties were looked at.',
      resolve: (row) => body(row).people.map((no) => ({ no })),
    }),
    rings: t.field({
      type: [alert],
      resolve: async (row, _, context) =>
        (await Promise.all(body(row).rings.map((id) => findAlert(context, id))))
          .filter((found) => found !== null),
    }),
    evidence: t.field({
      type: [link],
      resolve: async (row, _, context) =>
        await Promise.all(
          body(row).evidence.map(async (no) => (await findLink(context, String(no)))!),
        ),
    }),
    hubs: t.field({
      type: [entity],
      description: 'Left out, since they connect everybody.',
      resolve: (row) => body(row).hubs.map((no) => ({ no })),
    }),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
  }),
})

const scoreResult = resultOf('ScoreClaimResult', score)

const linkInput = builder.inputType('RiskLinkInput', {
  fields: (t) => ({
    to: t.id({ required: true }),
    kind: t.string({ required: true }),
    on: t.field({ type: 'Date' }),
    type: t.field({ type: entityType, description: 'Where the entity may be new.' }),
    name: t.string(),
    attributes: t.field({ type: 'JSON' }),
  }),
})
const scoreInput = builder.inputType('ScoreClaimInput', {
  fields: (t) => ({
    claim: t.id({ required: true }),
    name: t.string(),
    attributes: t.field({ type: 'JSON' }),
    links: t.field({ type: [linkInput], required: true, description: '1 to 50.' }),
    idempotencyKey: t.string({ required: true }),
  }),
})

builder.mutationField('scoreClaim', (t) =>
  t.field({
    type: scoreResult,
    description: 'Takes an open claim in and answers how suspicious its surroundings are, and why.',
    requiresScopes: [['risk:score']],
    args: { input: t.arg({ type: scoreInput, required: true }) },
    resolve: async (_, { input }, { risk, actor }) => {
      const done = await risk.scorer.score(actor, input)
      return done.ok ? done.value : done
    },
  }))

builder.objectField(entity, 'scores', (t) =>
  t.field({
    type: [score],
    description: 'Of a claim, newest first.',
    resolve: ({ no }, _, context) => scoresOfClaim(context, String(no)),
  }))
