/**
 * Watch lists, what changed, and seeing what is masked.
 */
import { PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { pageOf } from '../../kernel/page.ts'
import { PURPOSES } from '../investigate/commands.ts'
import {
  linksSince,
  type RevealRow,
  revealsBefore,
  watchesOf,
  type WatchRow,
} from '../store/scores.ts'
import {
  ask,
  builder,
  connection,
  entity,
  findEntity,
  findLink,
  link,
  namesOf,
  type Node,
  READ,
  resultOf,
} from './base.ts'

/** Links of one watched entity that are told at once. */
const NEWS_MAX = 100

const watched = builder.objectRef<WatchRow>('RiskWatch').implement({
  description: 'An entity on the caller’s watch list, with what came since.',
  fields: (t) => ({
    entity: t.field({ type: entity, resolve: (row) => ({ no: Number(row.no) }) }),
    reason: t.exposeString('reason'),
    since: t.field({ type: 'DateTime', resolve: (row) => row.since }),
    news: t.field({
      type: [link],
      description: `Links of the entity recorded since, at most ${NEWS_MAX}.`,
      resolve: async (row, _, context) => {
        const query = { since: Number(row.seen_links), limit: NEWS_MAX }
        const { links } = await ask(context, (graph) => graph.neighbours(Number(row.no), query))
        const latest = links.map(({ link }) => link)
        return await Promise.all(latest.map(async (no) => (await findLink(context, String(no)))!))
      },
    }),
  }),
})

const removed = builder.objectRef<Node>('RiskUnwatched').implement({
  fields: (t) => ({ entity: t.field({ type: entity, resolve: (node) => node }) }),
})

const watchResult = resultOf('WatchRiskEntityResult', watched)
const unwatchResult = resultOf('UnwatchRiskEntityResult', removed)
const watchInput = builder.inputType('WatchRiskEntityInput', {
  fields: (t) => ({ entity: t.id({ required: true }), reason: t.string({ required: true }) }),
})
const unwatchInput = builder.inputType('UnwatchRiskEntityInput', {
  fields: (t) => ({ entity: t.id({ required: true }) }),
})

const purpose = builder.enumType('RiskPurpose', { values: PURPOSES })

const revealed = builder.objectRef<Node>('RevealedRiskEntity').implement({
  description: 'An entity in full. That it was shown is on record.',
  fields: (t) => ({
    entity: t.field({ type: entity, resolve: (node) => node }),
    name: t.string({
      resolve: async ({ no }, _, context) => (await findEntity(context, String(no)))!.name,
    }),
    attributes: t.field({
      type: 'JSON',
      resolve: async ({ no }, _, context) =>
        JSON.parse((await findEntity(context, String(no)))!.attributes),
    }),
  }),
})
const revealResult = resultOf('RevealRiskEntityResult', revealed)
const revealInput = builder.inputType('RevealRiskEntityInput', {
  fields: (t) => ({
    entity: t.id({ required: true }),
    purpose: t.field({ type: purpose, required: true }),
    reason: t.string({ required: true }),
  }),
})

const reveal = builder.objectRef<RevealRow>('RiskReveal').implement({
  description: 'That somebody saw somebody’s data, what for and why.',
  fields: (t) => ({
    entity: t.field({ type: entity, resolve: (row) => ({ no: Number(row.no) }) }),
    actor: t.exposeString('actor'),
    purpose: t.field({ type: purpose, resolve: (row) => row.purpose as 'DATA_CORRECTION' }),
    reason: t.exposeString('reason'),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
  }),
})

builder.queryFields((t) => ({
  riskWatchList: t.field({
    type: [watched],
    description: 'The caller’s own.',
    ...READ,
    resolve: async (_, __, context) => {
      await namesOf(context)
      const { risk, actor } = context
      return [...await watchesOf(risk.db, { tenant: actor.tenant, owner: actor.subject })]
    },
  }),
  riskChanges: t.field({
    type: connection('RiskChange', link),
    description: 'Links recorded after an instant, oldest first.',
    ...READ,
    ...PAGE_SIZE,
    args: {
      since: t.arg({ type: 'DateTime', required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    resolve: async (_, args, context) => {
      const page = readPageArgs(args)
      await namesOf(context)
      const rows = await linksSince(context.risk.db, {
        tenant: context.actor.tenant,
        since: args.since,
        no: /^\d+$/.test(page.after ?? '') ? BigInt(page.after!) : -1n,
        limit: BigInt(page.limit + 1),
      })
      return pageOf(rows, page.limit, (row) => String(row.no))
    },
  }),
  riskReveals: t.field({
    type: connection('RiskReveal', reveal),
    description: 'Newest first.',
    requiresScopes: [['risk:approve']],
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, args, context) => {
      const page = readPageArgs(args)
      await namesOf(context)
      const rows = await revealsBefore(context.risk.db, {
        tenant: context.actor.tenant,
        before: /^\d+$/.test(page.after ?? '') ? BigInt(page.after!) : 2n ** 62n,
        limit: BigInt(page.limit + 1),
      })
      return pageOf(rows, page.limit, (row) => String(row.seq))
    },
  }),
}))

builder.mutationFields((t) => ({
  watchRiskEntity: t.field({
    type: watchResult,
    requiresScopes: [['risk:investigate']],
    args: { input: t.arg({ type: watchInput, required: true }) },
    resolve: async (_, { input }, { risk, actor }) => {
      const done = await risk.investigate.watch(input.entity, input.reason)
      if (!done.ok) return done
      const rows = await watchesOf(risk.db, { tenant: actor.tenant, owner: actor.subject })
      return rows.find((row) => Number(row.no) === done.value.no)!
    },
  }),
  unwatchRiskEntity: t.field({
    type: unwatchResult,
    requiresScopes: [['risk:investigate']],
    args: { input: t.arg({ type: unwatchInput, required: true }) },
    resolve: async (_, { input }, { risk }) => {
      const done = await risk.investigate.unwatch(input.entity)
      return done.ok ? done.value : done
    },
  }),
  revealRiskEntity: t.field({
    type: revealResult,
    description: 'Shows an entity unmasked; who, what for and why are recorded first.',
    requiresScopes: [['risk:reveal']],
    args: { input: t.arg({ type: revealInput, required: true }) },
    resolve: async (_, { input }, { risk }) => {
      const done = await risk.investigate.reveal(input.entity, input.purpose, input.reason)
      return done.ok ? done.value : done
    },
  }),
}))
